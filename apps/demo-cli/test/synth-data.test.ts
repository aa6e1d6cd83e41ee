import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, callCxr, jsonLines } from './run-cxr.js';
import { writeTinyData } from './tiny-data.js';
import { writeTinyIrgen } from './tiny-irgen.js';
import { writeTinyModels } from './tiny-models.js';

interface Origin {
  readonly first: number;
  readonly count: number;
  readonly picture: string;
  readonly source: string;
  readonly findings: object;
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-synth-data-'));
  await writeTinyModels(root);
  await writeTinyIrgen(root);
  await writeTinyData(root);
  await writeFile(join(root, 'labels.csv'), 'Edema,prompt\n1,\n,a heart\n');
  await import('../src/commands/synth/synthesize-pairs.js');
}, 180_000);
afterAll(() => rm(root, { recursive: true }));

function synth(out: string, ...words: readonly string[]): Promise<CommandResult> {
  return callCxr([
    ...['synth', '--out', join(root, out), '--models', root, '--steps', '1', '--threads', '1'],
    ...['--no-reports', '--json', ...words],
  ]);
}

async function origins(out: string): Promise<Origin[]> {
  return jsonLines<Origin>(await readFile(join(root, out, 'rows.jsonl'), 'utf8'));
}

describe('cxr synth --from a data set', () => {
  it('asks for what the pictures of a split show, with references of the train split', async () => {
    // The tiny tokenizer knows few words.
    const words = [
      '--from',
      root,
      '--references',
      root,
      '--count',
      '2',
      '--truncate',
      '--negatives',
      'all',
    ];
    const { code, stdout, stderr } = await synth('val', ...words);
    expect([code, stderr]).toEqual([0, expect.stringContaining('2 rows.')]);
    const lines = jsonLines<ManifestEntry>(stdout);
    const healthy = { 'No Finding': 1, Pneumonia: 0 };
    expect(lines.map(({ findings }) => findings)).toEqual([
      ...[healthy, healthy, { Pneumonia: 1 }, { Pneumonia: 1 }],
    ]);
    // Sick ones have odd numbers.
    const numbers = lines.map(({ reference }) => Number(/(\d+)\.png$/.exec(reference ?? '')?.[1]));
    expect(numbers.map((number) => number % 2)).toEqual([0, 0, 1, 1]);
    expect(Math.max(...numbers)).toBeLessThan(10);
    const [name] = lines.map(({ reference }) => reference ?? '');
    expect(name.startsWith(`${basename(root)}/`)).toBe(true);
    expect(await origins('val')).toEqual([
      {
        first: 0,
        count: 2,
        picture: `${basename(root)}/10.png`,
        source: 'made',
        findings: healthy,
      },
      {
        first: 2,
        count: 2,
        picture: `${basename(root)}/11.png`,
        source: 'made',
        findings: { Pneumonia: 1 },
      },
    ]);
    expect((await synth('val', ...words)).stderr).toContain('4 made before');
    const other = await synth('val', ...words, '--pick', 'first');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('one with rows')]);
  }, 60_000);

  it('takes some rows by the seed, without negatives, and never a picture as its own reference', async () => {
    const words = [
      '--from',
      join(root, 'manifest.jsonl'),
      '--split',
      'train',
      '--negatives',
      'none',
    ];
    const more = ['--references', root, '--max-rows', '6', '--seed', '3'];
    const lines = jsonLines<ManifestEntry>((await synth('some', ...words, ...more)).stdout);
    expect(lines).toHaveLength(6);
    for (const { findings } of lines)
      expect([{ Pneumonia: 1 }, { 'No Finding': 1 }]).toContainEqual(findings);
    const training = jsonLines<Origin>(await readFile(join(root, 'some/training.jsonl'), 'utf8'));
    // Whoever learns from them is told what the prompt left out, too.
    for (const { findings } of training)
      expect([{ Pneumonia: 1 }, { 'No Finding': 1, Pneumonia: 0 }]).toContainEqual(findings);
    const pictures = (await origins('some')).map(({ picture }) => picture);
    expect(new Set(pictures).size).toBe(6);
    for (const [i, { reference }] of lines.entries()) expect(reference).not.toBe(pictures[i]);
    await synth('again', ...words, ...more);
    expect(await origins('again')).toEqual(await origins('some'));
  }, 60_000);

  it('takes the first picture with the same findings, by the published rule', async () => {
    const words = ['--findings', 'Pneumonia', '--count', '3', '--references', root];
    const lines = jsonLines<ManifestEntry>(
      (await synth('first', ...words, '--pick', 'first')).stdout,
    );
    const name = `${basename(root)}/1.png`;
    expect(lines.map(({ reference }) => reference)).toEqual([name, name, name]);
    // Exactly these labels, which no healthy picture has: they deny pneumonia, too.
    const faithful = ['--findings', 'No Finding', '--references', root, '--preset', 'faithful'];
    const [line] = jsonLines<ManifestEntry>((await synth('exact', ...faithful)).stdout);
    expect(line.reference).toBeNull();
  }, 60_000);

  it.each<[string[], RegExp]>([
    [['--from', 'DATA', '--split', 'test'], /pictures of the test split in/],
    [['--from', 'DATA', '--sources', 'other'], /pictures of the val split in/],
    [['--findings', 'Edema', '--sources', 'made'], /--sources needs data sets/],
    [['--from', 'CSV', '--split', 'val'], /labels\.csv is a file of labels/],
    [['--from', 'CSV', '--references', 'DATA'], /a prompt has none/],
    [['--findings', 'Edema', '--max-rows', '3'], /--max-rows needs rows of --from/],
    [['--findings', 'Edema', '--pick', 'first'], /--pick chooses among/],
    [['--findings', 'Edema', '--references', 'DATA', '--reference', 'x'], /either --reference or/],
  ])('refuses %j', async (words, message) => {
    const places = new Map([
      ['DATA', root],
      ['CSV', join(root, 'labels.csv')],
    ]);
    const real = words.map((word) => places.get(word) ?? word);
    const { code, stderr } = await synth('refused', ...real);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
