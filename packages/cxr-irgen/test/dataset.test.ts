import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CxrError, type ProgressEvent } from '@cxrkit/core';
import { encodePng, readImage } from '@cxrkit/core/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISK, type Disk } from '../src/dataset/disk.js';
import { synthesize } from '../src/dataset/synthesize.js';
import {
  type CxrIrgen,
  loadCxrIrgen,
  type ManifestEntry,
  parseFindings,
  referenceTable,
  type SynthesizeDatasetOptions,
} from '../src/index.js';
import { PairGenerator } from '../src/pairs/pair-generator.js';
import { folderContents } from './folder-contents.js';
import { writeTinySet } from './tiny-set.js';
import { TINY } from './tiny-sizes.js';

const rows = [
  { findings: parseFindings('Cardiomegaly,-Pneumothorax,?Pneumonia'), count: 2 },
  { prompt: 'A chest X ray image' },
  { findings: parseFindings('No Finding'), count: 2 },
];

let root: string;
let irgen: CxrIrgen;
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-irgen-dataset-'));
  irgen = await loadCxrIrgen({ ...(await writeTinySet(root)), device: 'cpu', threads: 1 });
}, 60_000);
afterAll(async () => {
  await irgen.dispose();
  await rm(root, { recursive: true });
});

const newFolder = (): string => join(root, `out-${folders++}`);
const run = (out: string, options: Partial<SynthesizeDatasetOptions> = {}) =>
  irgen.synthesizeDataset({ rows, out, steps: 2, seed: 10, ...options });

async function manifest(out: string): Promise<ManifestEntry[]> {
  const text = await readFile(join(out, 'manifest.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ManifestEntry);
}

describe('synthesizeDataset', () => {
  it('writes images, a line a pair, and tables of MIMIC-CXR-JPG', async () => {
    const out = newFolder();
    const events: ProgressEvent[] = [];
    const told: string[] = [];
    const summary = await run(out, {
      onProgress: (event) => events.push(event),
      onPair: ({ image }) => told.push(image),
    });
    expect(summary).toEqual({ out, total: 5, kept: 5, rejected: 0, resumed: 0 });
    const lines = await manifest(out);
    const names = ['0000', '0001', '0002', '0003', '0004'].map((name) => `images/${name}.png`);
    expect(lines.map(({ image }) => image)).toEqual(names);
    expect(told).toEqual(names);
    expect(lines.map(({ seed }) => seed)).toEqual([10, 11, 12, 13, 14]);
    expect(Object.keys(lines[0])).toEqual([
      'image',
      'report',
      'findings',
      'prompt',
      'reference',
      'seed',
      'agreement',
      'model',
      'warnings',
    ]);
    expect(lines[0].findings).toEqual({ Cardiomegaly: 1, Pneumothorax: 0, Pneumonia: -1 });
    expect(lines[2].findings).toBeNull();
    expect(lines[0].model).toBe('tiny-sd-unet@0.0.1');
    expect(events.map(({ completed }) => completed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(events[4]).toMatchObject({ total: 10, subject: 'image 3 of 5' });
    const pair = await irgen.generatePair({ findings: rows[0].findings, steps: 2, seed: 11 });
    const { image } = await readImage(join(out, names[1]));
    expect(image).toEqual(pair.image);
    expect(lines[1].report).toBe(pair.report);
    const table = (name: string) => readFile(join(out, name), 'utf8');
    const [head, first, , free] = (await table('chexpert.csv')).split('\n');
    expect(head).toBe(
      'subject_id,study_id,Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,Fracture,Lung Lesion,Lung Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,Pneumothorax,Support Devices',
    );
    expect(first).toBe('99000000,99000000,,1.0,,,,,,,,,,-1.0,0.0,');
    expect(free).toBe('99000002,99000002,,,,,,,,,,,,,,');
    expect((await table('split.csv')).split('\n')[1]).toBe('0000,99000000,99000000,train');
    expect((await table('metadata.csv')).split('\n')[1]).toBe(
      `0000,99000000,99000000,,${TINY.side},${TINY.side}`,
    );
    expect(JSON.parse((await table('training.jsonl')).split('\n')[0])).toEqual({
      ...{ image: names[0], split: 'train', patient: 'synthetic-0000', source: 'synthetic' },
      findings: { Cardiomegaly: 1, Pneumothorax: 0 },
      report: lines[0].report,
    });
    expect(JSON.parse(await table('synthesis.json'))).toMatchObject({
      ...{ synthetic: true, notAMedicalDevice: true, total: 5 },
      sampling: { sampler: 'dpm-solver++', steps: 2, guidance: 4 },
      models: irgen.models,
    });
  });

  it('leaves a folder of others as it is, and files with names like its own temporary ones', async () => {
    const foreign = newFolder();
    await mkdir(foreign);
    await writeFile(join(foreign, 'chexpert.csv'), 'mine');
    await expect(run(foreign)).rejects.toThrow('one with chexpert.csv');
    expect(await readdir(foreign)).toEqual(['chexpert.csv']);
    const out = newFolder();
    await run(out, { report: false });
    await writeFile(join(out, 'notes.partial-2026.txt'), 'mine');
    await writeFile(join(out, 'split.csv.partial-0123456789ab'), 'ours');
    await writeFile(join(out, 'images/0002.png'), '');
    const told: string[] = [];
    await run(out, { report: false, onPair: ({ image }) => told.push(image) });
    expect(told).toEqual(['images/0002.png']);
    const names = await readdir(out);
    expect(names).toContain('notes.partial-2026.txt');
    expect(names).not.toContain('split.csv.partial-0123456789ab');
    await expect(run('')).rejects.toThrow('the name of a folder for out');
    const many = run(newFolder(), { rows: [{ findings: rows[0].findings, count: 5e9 }] });
    await expect(many).rejects.toThrow('for count, got 5000000000');
  });

  it('writes JPEG where that is asked for, and goes on with it', async () => {
    const out = newFolder();
    const controller = new AbortController();
    const options = { format: 'jpeg', report: false } as const;
    const onPair = () => controller.abort(new Error('stop'));
    const stopped = run(out, { ...options, signal: controller.signal, onPair });
    await expect(stopped).rejects.toThrow('stop');
    expect(await run(out, options)).toMatchObject({ kept: 5, resumed: 1 });
    const lines = await manifest(out);
    expect(lines[4].image).toBe('images/0004.jpg');
    expect((await readImage(join(out, lines[4].image))).source.format).toBe('jpeg');
    const split = await readFile(join(out, 'split.csv'), 'utf8');
    expect(split.split('\n')[5]).toBe('0004,99000004,99000004,train');
    await expect(run(out, { report: false })).rejects.toThrow('format');
    await expect(run(newFolder(), { format: 'gif' as 'png' })).rejects.toThrow('png, jpeg');
  });

  it('goes on after any stop to the same folder as without', async () => {
    const whole = newFolder();
    await run(whole);
    const out = newFolder();
    for (const stopAfter of [1, 3]) {
      const controller = new AbortController();
      let made = 0;
      const onPair = () => {
        if (++made === stopAfter) controller.abort(new Error('stop'));
      };
      const stopped = run(out, { signal: controller.signal, onPair });
      await expect(stopped).rejects.toThrow('stop');
    }
    const told: string[] = [];
    const summary = await run(out, { onPair: ({ image }) => told.push(image) });
    expect(summary).toMatchObject({ kept: 5, resumed: 4 });
    expect(told).toEqual(['images/0004.png']);
    expect(await folderContents(out)).toEqual(await folderContents(whole));
    expect(await run(out)).toMatchObject({ kept: 5, resumed: 5 });
    expect(await folderContents(out)).toEqual(await folderContents(whole));
  });

  it('mends half a line, half an image, an image without a line and a line without an image', async () => {
    const whole = newFolder();
    await run(whole);
    const out = newFolder();
    await run(out);
    const path = join(out, 'manifest.jsonl');
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, `${lines.slice(0, 3).join('\n')}\n${lines[3].slice(0, 40)}`);
    await rm(join(out, 'images', '0001.png'));
    await writeFile(join(out, 'images', '0004.png.partial-0123456789ab'), 'half');
    await writeFile(join(out, 'synthesis.lock'), '{"host":');
    expect(await run(out)).toMatchObject({ kept: 5, resumed: 2 });
    expect(await folderContents(out)).toEqual(await folderContents(whole));
  });

  it('leaves out what agrees too little, once and for all', async () => {
    const out = newFolder();
    let asked = 0;
    const classifier = async () => ({ Cardiomegaly: asked++ % 2, 'No Finding': 1 });
    const options = { classifier, minAgreement: 0.5 };
    // A free prompt cannot be judged.
    expect(await run(out, options)).toMatchObject({ kept: 3, rejected: 2 });
    expect((await manifest(out)).map(({ image }) => image)).toEqual(
      ['0001', '0003', '0004'].map((name) => `images/${name}.png`),
    );
    const rejected = (await readFile(join(out, 'rejected.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(rejected[0])).toMatchObject({ index: 0, seed: 10, score: 0 });
    expect(await readdir(join(out, 'images'))).toHaveLength(3);
    expect(await run(out, options)).toMatchObject({ kept: 3, rejected: 2, resumed: 5 });
  });

  it.each<[string, Partial<SynthesizeDatasetOptions>]>([
    ['seed', { seed: 11 }],
    ['sampling.steps', { steps: 3 }],
    ['total', { rows: rows.slice(1) }],
    ['rows.sha256', { rows: rows.toReversed() }],
    ['report', { report: false }],
    ['split', { split: 'val' }],
    ['judges.classifier', { classifier: async () => ({}) }],
  ])('refuses a folder of another configuration: %s', async (name, options) => {
    const out = newFolder();
    await run(out, { rows });
    const before = await folderContents(out);
    const refused = run(out, options);
    await expect(refused).rejects.toThrow(`got "one with ${name} `);
    await expect(refused).rejects.toThrow('Give another folder.');
    expect(await folderContents(out)).toEqual(before);
  });

  it('refuses folders with pairs of unknown origin, broken lines, or in use', async () => {
    const foreign = newFolder();
    await mkdir(foreign);
    await writeFile(join(foreign, 'manifest.jsonl'), '{}\n');
    await expect(run(foreign)).rejects.toThrow('pairs without synthesis.json');
    const broken = newFolder();
    await run(broken);
    await appendFile(join(broken, 'manifest.jsonl'), 'no json\n');
    await expect(run(broken)).rejects.toThrow('manifest.jsonl line 6');
    const busy = newFolder();
    await mkdir(busy);
    const owner = JSON.stringify({ host: hostname(), pid: process.ppid });
    await writeFile(join(busy, 'synthesis.lock'), owner);
    await expect(run(busy)).rejects.toThrow(`of process ${process.ppid} on`);
  });

  it('refuses wrong rows before anything is written', async () => {
    const out = newFolder();
    const bad = (row: object) => run(out, { rows: [rows[0], row] });
    await expect(run(out, { rows: [] })).rejects.toThrow('at least one row');
    await expect(bad({ ...rows[0], count: 0 })).rejects.toThrow('1 or more for count, got 0');
    await expect(bad({ findings: { Flu: 'positive' } })).rejects.toThrow('"Flu"');
    await expect(bad({})).rejects.toThrow('neither');
    await expect(bad({ prompt: 'opacity '.repeat(80) })).rejects.toThrow('at most 64 tokens');
    const reference = { table: referenceTable([]) };
    await expect(bad({ prompt: 'x', reference })).rejects.toThrow('no labels to look up');
    await expect(run(out, { seed: 2 ** 32 - 3 })).rejects.toThrow('for seed');
    await expect(run(out, { guidance: 99 })).rejects.toThrow('for guidance');
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });

  it('says that the folder cannot be made', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    const refused = run(join(file, 'out'));
    await expect(refused).rejects.toThrow(/Could not write .*out: .*Give|Could not write .*out: /);
    await expect(refused).rejects.toBeInstanceOf(CxrError);
  });
});

describe('a full disk', () => {
  /** Fails at the nth write, having written half of it. */
  function failing(at: number): Disk {
    let writes = 0;
    const half = async (write: Disk['append'], path: string, data: Uint8Array | string) => {
      if (writes++ !== at) return await write(path, data as string);
      await write(path, data.slice(0, data.length / 2) as string);
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    };
    return {
      write: (path, data) => half(DISK.write as Disk['append'], path, data),
      append: (path, text) => half(DISK.append, path, text),
    };
  }

  const blank = { width: 2, height: 2, data: new Uint8Array(4) };
  const images = {
    side: 2,
    checkSubject: () => {},
    settle: () => ({
      sampler: 'ddim',
      steps: 1,
      guidance: 1,
      eta: 0,
      karras: false,
      begin: 'noise',
    }),
    async *generate({
      seeds,
      findings = null,
      prompt = '',
    }: {
      seeds: number[];
      findings?: object | null;
      prompt?: string;
    }) {
      for (const seed of seeds)
        yield {
          image: blank,
          seed,
          prompt,
          findings,
          referenceId: null,
          latents: {},
          warnings: [],
        };
    },
  };
  // Everything but the images is real: what is tested is what reaches the disk.
  const generator = new PairGenerator(images as never, undefined);
  const models = { vision: { name: 'x', version: '1', sha256: '0' } };

  it.each(Array.from({ length: 15 }, (_, at) => at))(
    'at write %i leaves whole pairs, and the rest follows once there is space',
    async (at) => {
      const out = newFolder();
      const options = { rows, out, report: false } as const;
      const attempt = synthesize(generator, models, options, failing(at));
      // 1 configuration, 5 images, 5 lines, 4 tables.
      await expect(attempt).rejects.toThrow('the disk is full. What was written before is whole');
      const names = await readdir(join(out, 'images'));
      expect(names.filter((name) => name.includes('partial'))).toEqual([]);
      const lines = await manifest(out).catch(() => []);
      for (const { image } of lines) {
        const bytes = await readFile(join(out, image));
        expect(bytes.equals(await encodePng(blank))).toBe(true);
      }
      const done = Math.floor(Math.max(0, at - 1) / 2);
      expect(lines).toHaveLength(Math.min(5, done));
      expect(await synthesize(generator, models, options)).toMatchObject({ kept: 5 });
      expect(await manifest(out)).toHaveLength(5);
    },
  );
});
