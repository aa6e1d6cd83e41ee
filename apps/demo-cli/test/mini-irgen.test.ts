import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModelFolder, verifyModelFolder } from '@cxrkit/core/model';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import { miniModelPath } from '@cxrkit/models-mini';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCxr } from './run-cxr.js';

const PARTS = {
  vae: 'irgen-vae',
  'vision-u-vit': 'irgen-vision',
  'vision-sd-unet': 'irgen-vision',
  language: 'irgen-language',
  prior: 'irgen-prior',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-mini-irgen-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('mini set of CXR-IRGen', () => {
  it.each(Object.entries(PARTS))('%s is whole, measured and has its card', async (name, stage) => {
    const part = await openModelFolder(join(miniModelPath('cxr-irgen'), name), { stage });
    expect((await verifyModelFolder(part)).filter(({ ok }) => !ok)).toEqual([]);
    const { scores, licence } = part.manifest;
    expect(scores.length).toBeGreaterThan(0);
    expect(scores.every(({ n }) => n > 0)).toBe(true);
    expect(licence.data.every(({ attribution }) => attribution.length > 0)).toBe(true);
    expect(readFileSync(join(part.path, 'README.md'), 'utf8')).toContain('medical device');
  });

  it('is found by doctor, and verified as a whole', async () => {
    const doctor = await callCxr(['doctor', '--json']);
    const { models } = JSON.parse(doctor.stdout) as { models: { stage: string; ok: boolean }[] };
    const parts = models.filter(({ stage }) => stage.startsWith('irgen-'));
    expect(parts.map(({ stage }) => stage).sort()).toEqual(Object.values(PARTS).sort());
    expect(parts.every(({ ok }) => ok)).toBe(true);
    const verify = await callCxr(['models', 'verify', miniModelPath('cxr-irgen')]);
    expect(verify.code).toBe(0);
    expect(verify.stdout.match(/^ok /gm)).toHaveLength(parts.length);
  });

  it.each(['u-vit', 'sd-unet'])('makes the same pair twice with %s', async (vision) => {
    const asked = ['--findings', 'Cardiomegaly,-Pneumothorax', '--seed', '3', '--steps', '6'];
    const made = async (out: string): Promise<ManifestEntry> => {
      const words = [...asked, '--vision', vision, '--out', join(folder, `${vision}-${out}`)];
      const { code, stdout, stderr } = await callCxr(['synth', ...words, '--json', '-q']);
      expect([stderr, code]).toEqual(['', 0]);
      return JSON.parse(stdout) as ManifestEntry;
    };
    const [a, b] = [await made('a'), await made('b')];
    expect(a).toEqual(b);
    expect(a.report).toMatch(/\.$/);
    expect(a.agreement?.score).toBeGreaterThanOrEqual(0);
    const [image, again] = ['a', 'b'].map((out) =>
      readFileSync(join(folder, `${vision}-${out}`, a.image)),
    );
    expect(image.equals(again)).toBe(true);
    expect(existsSync(join(folder, `${vision}-a`, 'contact-sheet.png'))).toBe(true);
  });
});
