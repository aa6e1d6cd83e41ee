import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_U_VIT } from '../../../packages/cxr-irgen/test/tiny-sizes.js';
import type { AblationSummary, RunRow } from '../src/commands/irgen/ablation-summary.js';
import { type CommandResult, callCxr, jsonLines } from './run-cxr.js';
import { writeTinyData } from './tiny-data.js';
import { writeTinyIrgen } from './tiny-irgen.js';
import { TINY_CLIP_SIZES, writeTinyModels } from './tiny-models.js';

let root: string;
const at = (name: string): string => join(root, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-ablation-'));
  await writeTinyModels(root);
  await writeTinyIrgen(root);
  await writeTinyData(root);
  // The tiny tokenizer knows edema as one word: other prompts would be too long.
  const lines = await readFile(at('manifest.jsonl'), 'utf8');
  const short = lines.replaceAll('Pneumonia', 'Edema').replace(/,"No Finding":[01]/g, '');
  await writeFile(at('manifest.jsonl'), short);
  const { embedding, text } = TINY_CLIP_SIZES.architecture;
  const architecture = {
    ...{ textLength: text.maxLength, textWidth: embedding, nullReference: 'learned' },
    denoiser: { ...TINY_U_VIT, contextWidth: embedding },
  };
  await writeFile(at('config.json'), JSON.stringify({ architecture }));
  await import('../src/commands/irgen/ablation.js');
}, 180_000);
afterAll(() => rm(root, { recursive: true }));

function ablation(...words: readonly string[]): Promise<CommandResult> {
  return callCxr([
    ...['irgen', 'ablation', '--data', root, '--config', at('config.json'), '--out', at('out')],
    ...['--models', `irgen-vae=${at('cxr-irgen/vae')}`],
    ...['--models', `clip-classifier=${at('clip-classifier')}`],
    ...['--updates', '2', '--batch-size', '2', '--steps', '1', '--device', 'cpu', '--threads', '1'],
    ...words,
  ]);
}

const manifest = async (run: string): Promise<ManifestEntry[]> =>
  jsonLines(await readFile(at(`out/${run}/images/manifest.jsonl`), 'utf8'));

describe('cxr irgen ablation', () => {
  it('compares the two sides, and does nothing twice', async () => {
    const words = ['--count', '30', '--seeds', '1', '--seed', '4'];
    const first = await ablation(...words);
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('Run 2 of 2')]);
    expect(first.stdout).toContain('| text+reference | mean |');
    const files = ['set/vision-u-vit/model.json', 'images/images/0029.png', 'scores.json'];
    const times = async (): Promise<number[]> =>
      await Promise.all(files.map(async (name) => (await stat(at(`out/text-4/${name}`))).mtimeMs));
    const before = await times();
    const { code, stdout } = await ablation(...words, '--json');
    expect([code, await times()]).toEqual([0, before]);

    const [summary] = jsonLines<AblationSummary>(stdout);
    const { rows, ...facts } = JSON.parse(await readFile(at('out/ablation.json'), 'utf8'));
    expect(facts.summary).toEqual(summary);
    expect(facts).toMatchObject({ judge: 'zero-shot', updates: 2, real: 12, denoiser: 'u-vit' });
    const runs = rows as RunRow[];
    expect(runs.map(({ arm, seed }) => [arm, seed])).toEqual([
      ...[
        ['text', 4],
        ['text+reference', 4],
      ],
    ]);
    for (const { scores } of runs) {
      expect(scores).toMatchObject({ images: 30, n: 6, findings: { made: ['Edema'] } });
      expect(scores.fid.value).toBeGreaterThan(0);
      expect(scores.realFid).toEqual(runs[0].scores.realFid);
      expect(scores.auroc?.value).toBeLessThanOrEqual(1);
    }
    const [text, reference] = runs.map(({ scores }) => scores.fid.value);
    expect(summary.fid.percent).toBeCloseTo((100 * (text - reference)) / text, 6);
    const page = await readFile(at('out/ablation.md'), 'utf8');
    expect(page.match(/^\| text(\+reference)? \| 4 \|/gm)).toHaveLength(2);
    expect(page).toContain('`cxr irgen ablation --data');

    const [bare, guided] = [await manifest('text-4'), await manifest('text-reference-4')];
    const asked = (entries: readonly ManifestEntry[]): unknown[] =>
      entries.map(({ seed, prompt }) => [seed, prompt]);
    expect(asked(bare)).toEqual(asked(guided));
    expect(new Set(bare.map(({ reference: id }) => id))).toEqual(new Set([null]));
    expect(new Set(guided.map(({ reference: id }) => id)).size).toBeGreaterThan(3);
    expect(guided.every(({ reference: id }) => id !== null)).toBe(true);
    expect(await readdir(at('out/text-4'))).toEqual(['images', 'run', 'scores.json', 'set']);

    const noise = await ablation(...words, '--begin', 'noise');
    expect(noise.stdout).toContain('Images begin in noise alone.');
    expect(await times()).toEqual(before);
    expect(await readFile(at('out/ablation.md'), 'utf8')).toBe(page);
    const other = JSON.parse(await readFile(at('out/ablation-noise.json'), 'utf8'));
    expect(other.begin).toBe('noise');
    expect(other.rows[1].scores.fid.value).not.toBe(runs[1].scores.fid.value);
    // One cache for all.
    expect(await readdir(at('out'))).toContain('cache');
  }, 180_000);

  it('refuses a folder of another experiment', async () => {
    const { code, stderr } = await ablation('--count', '31', '--seed', '4');
    expect(stderr).toMatch(/one with count 30/);
    expect(code).toBe(2);
  });

  it('needs its models', async () => {
    const words = ['irgen', 'ablation', '--data', root, '--out', at('none')];
    const { code, stderr } = await callCxr([...words, '--models', `irgen-vae=${at('nowhere')}`]);
    expect(stderr).toMatch(/nowhere/);
    expect(code).toBe(1);
  });
});
