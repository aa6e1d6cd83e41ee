import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertTinySet } from '../../../packages/cxr-irgen/test/tiny-clip.js';
import { DISK } from '../src/output/write-files.js';
import { ADULT, type CommandResult, callCxr, collect, jsonLines, startCxr } from './run-cxr.js';
import { writeTinyIrgen } from './tiny-irgen.js';
import { writeTinyModels } from './tiny-models.js';

let root: string;
let models: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-synth-'));
  models = join(root, 'models');
  await writeTinyModels(models);
  await writeTinyIrgen(models);
  // It is read when the command first runs.
  await import('../src/commands/synth/synthesize-pairs.js');
}, 180_000);
afterAll(() => rm(root, { recursive: true }));

function synth(out: string, ...words: readonly string[]): Promise<CommandResult> {
  return callCxr([
    ...['synth', '--out', join(root, out), '--models', models, '--steps', '2'],
    ...['--threads', '1', ...words],
  ]);
}

describe('cxr synth', () => {
  it('writes a data set with its page and contact sheet', async () => {
    const words = ['--findings', 'Edema', '--count', '3', '--seed', '5', '--reference', ADULT];
    const { code, stdout, stderr } = await synth('whole', ...words);
    expect(stderr).toContain(`3 pairs in ${join(root, 'whole')}.`);
    expect(stderr).toContain('Not a medical device.');
    expect(code).toBe(0);
    expect(stdout.match(/images\/000\d\.png: Edema; agreement \d+ % \(image/g)).toHaveLength(3);
    const names = await readdir(join(root, 'whole'));
    expect(names.sort()).toEqual([
      ...['chexpert.csv', 'contact-sheet.png', 'images', 'index.html', 'manifest.jsonl'],
      ...['metadata.csv', 'split.csv', 'synthesis.json', 'training.jsonl'],
    ]);
    const page = await readFile(join(root, 'whole', 'index.html'), 'utf8');
    expect(page.match(/<article>/g)).toHaveLength(3);
    expect(page.match(/src="data:image\/png;base64,/g)).toHaveLength(3);
    expect(page.match(/Not a medical device\./g)).toHaveLength(2);
    expect(page).toContain(`reference ${ADULT}`);
    expect(page).not.toMatch(/(src|href)="https?:|url\(|<script/);
    const { width, height } = await sharp(join(root, 'whole', 'contact-sheet.png')).metadata();
    // Two columns of 256 pixels.
    expect([width, height]).toEqual([554, 846]);
  }, 60_000);

  it('prints a line of the manifest a pair with --json, and goes on where it was', async () => {
    const words = ['--findings', 'Edema', '--count', '2', '--json'];
    const first = await synth('json', ...words);
    const lines = jsonLines<ManifestEntry>(first.stdout);
    expect(lines.map(({ seed, findings }) => [seed, findings])).toEqual([
      [0, { Edema: 1 }],
      [1, { Edema: 1 }],
    ]);
    expect(lines[0].agreement?.score).toBeGreaterThanOrEqual(0);
    expect(Object.keys(lines[0].agreement?.image ?? {})).toEqual(['Edema']);
    const again = await synth('json', ...words);
    expect([again.code, again.stdout]).toEqual([0, '']);
    expect(again.stderr).toContain('2 made before');
  });

  it('reads rows of labels from a file', async () => {
    const file = join(root, 'labels.csv');
    const text = `subject_id,Edema,No Finding,reference,count\n1,1.0,,${ADULT},2\n2,,1,,\n3,-1.0,,,\n`;
    await writeFile(file, text);
    const { stdout } = await synth('from', '--from', file, '--no-reports', '--json', '-q');
    const lines = jsonLines<ManifestEntry>(stdout);
    expect(lines.map(({ findings }) => findings)).toEqual([
      ...[{ Edema: 1 }, { Edema: 1 }, { 'No Finding': 1 }, { Edema: -1 }],
    ]);
    expect(lines.map(({ reference }) => reference)).toEqual([ADULT, ADULT, null, null]);
    expect(lines.map(({ report }) => report)).toEqual([null, null, null, null]);
  });

  it('tells once of a reference that is no X-ray, and keeps it in manifest and page', async () => {
    const blank = join(root, 'blank.png');
    const levels = Buffer.alloc(64 * 64, 200);
    await sharp(levels, { raw: { width: 64, height: 64, channels: 1 } }).toFile(blank);
    const words = ['--findings', 'Edema', '--count', '2', '--no-reports', '--json'];
    const { code, stdout, stderr } = await synth('blank', ...words, '--reference', blank);
    expect(code).toBe(0);
    expect(
      stderr.match(/Warning: The reference .* does not look like a chest X-ray/g),
    ).toHaveLength(1);
    for (const { warnings = [] } of jsonLines<ManifestEntry>(stdout))
      expect(warnings.map((warning) => warning.code)).toEqual(['reference-not-xray']);
    const page = await readFile(join(root, 'blank', 'index.html'), 'utf8');
    expect(page.match(/<p class="warning">/g)).toHaveLength(2);
  });

  it('makes pairs of a converted set, whose encoders are its own', async () => {
    const { model, encoders } = await convertTinySet(join(root, 'published'));
    const sources = [
      `irgen-encoders=${encoders}`,
      `clip-classifier=${join(models, 'clip-classifier')}`,
    ];
    const { code, stderr, stdout } = await callCxr([
      ...['synth', '--out', join(root, 'converted'), '--set', model, '--preset', 'faithful'],
      ...sources.flatMap((source) => ['--models', source]),
      ...['--findings', 'Edema', '--steps', '2', '--threads', '1', '--json', '-q'],
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const [{ model: denoiser, agreement }] = jsonLines<ManifestEntry>(stdout);
    expect(denoiser).toBe('tiny-sd@0.0.1');
    expect(agreement?.imageScore).toBeGreaterThan(0);
  });

  it('samples by other settings, from a picture and without reports', async () => {
    const words = ['--prompt', 'a heart', '--sampler', 'ddim', '--eta', '1', '--guidance', '2'];
    const start = ['--start', ADULT, '--strength', '0.5', '--mask', ADULT];
    const { code, stderr } = await synth('settings', ...words, ...start, '--no-reports');
    expect(stderr).toContain('1 pair in');
    expect(code).toBe(0);
    const configuration = await readFile(join(root, 'settings', 'synthesis.json'), 'utf8');
    expect(JSON.parse(configuration)).toMatchObject({
      sampling: { sampler: 'ddim', steps: 2, guidance: 2, eta: 1 },
      from: { strength: 0.5 },
      report: false,
    });
  });

  it.each<[string[], number, RegExp]>([
    [[], 2, /Give one of --findings, --prompt and --from/],
    [['--findings', 'Edema', '--prompt', 'x'], 2, /Give one of/],
    [['--findings', 'Cardiomegally'], 2, /Did you mean "Cardiomegaly"\?/],
    [['--findings', 'Edema,-Edema'], 2, /both positive and negative/],
    [['--findings', 'Edema', '--count', '0'], 2, /Expected a whole number of 1 or more/],
    [['--findings', 'Edema', '--steps', '0'], 2, /Expected a whole number of 1 or more/],
    [['--findings', 'Edema', '--steps', '1000'], 2, /1 to 999 for steps, got 1000/],
    [['--findings', 'Edema', '--guidance', '99'], 2, /0 to 50 for guidance, got 99/],
    [['--findings', 'Edema', '--guidance', 'much'], 2, /Expected a number/],
    [['--findings', 'Edema', '--sampler', 'heun'], 2, /Allowed choices are plms, ddim/],
    [['--findings', 'Edema', '--mask', ADULT], 2, /need a picture of --start/],
    [['--findings', 'Edema', '--min-agreement', '2'], 2, /0 to 1 for minAgreement/],
    [['--findings', 'Edema', '--reference', 'none.png'], 1, /none\.png/],
    [['--from', 'none.csv'], 2, /none\.csv, got "no such file"/],
    [['--findings', 'Edema', '--vision', 'sd-unet'], 1, /with vision-sd-unet, found vision-u-vit/],
    [['--findings', 'Edema', '--set', 'nowhere'], 1, /nowhere: expected a set of CXR-IRGen/],
    [['--prompt', 'opacity '.repeat(60)], 2, /at most 48 tokens.*truncate/],
  ])('%j exits with %i: %s', async (words, expected, message) => {
    const { code, stdout, stderr } = await synth('refused', ...words);
    expect(stderr).toMatch(message);
    expect(code).toBe(expected);
    expect(stdout).toBe('');
    await expect(readdir(join(root, 'refused', 'images'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['Edema\nmaybe\n', /"Edema" in .* line 2, got "maybe"/],
    ['Swelling\n1\n', /a column "prompt" or columns among/],
    ['Edema,Cardiomegally\n1,1\n', /got "Cardiomegally"\. Did you mean "Cardiomegaly"\?/],
    ['Edema,edema\n1,1\n', /one for Edema for the columns of .*, got \["Edema", "edema"\]/],
    ['Edema\n', /at least one row/],
    ['Edema,count\n1,0\n', /1 or more for count, got 0/],
  ])('refuses the rows %j', async (text, message) => {
    const file = join(root, 'bad.csv');
    await writeFile(file, text);
    const { code, stderr } = await synth('bad-rows', '--from', file);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('refuses a folder of another configuration, and leaves it as it is', async () => {
    await synth('mine', '--findings', 'Edema');
    const page = await readFile(join(root, 'mine', 'index.html'), 'utf8');
    const { code, stderr } = await synth('mine', '--findings', 'Fracture');
    expect(stderr).toMatch(/one with rows\.sha256 .* Give another folder/);
    expect(code).toBe(2);
    expect(await readFile(join(root, 'mine', 'index.html'), 'utf8')).toBe(page);
  });

  it('cuts a long prompt where that is asked for', async () => {
    const words = ['--prompt', 'opacity '.repeat(60), '--truncate', '--no-reports'];
    expect((await synth('cut', ...words)).code).toBe(0);
  });

  it('says that the disk is full', async () => {
    const disk = {
      ...DISK,
      writeFile: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    };
    const out = join(root, 'full');
    const words = ['synth', '--findings', 'Edema', '--steps', '1', '--out', out];
    const { code, stderr } = await callCxr([...words, '--models', models], { disk });
    expect(stderr).toContain('the disk is full');
    expect(code).toBe(1);
    expect(await readdir(join(out, 'images'))).toEqual(['0000.png']);
  });

  it('stops by Ctrl-C with whole pairs and their page, and goes on', async () => {
    const out = join(root, 'stopped');
    const words = ['synth', '--findings', 'Edema', '--count', '40', '--steps', '30', '--out', out];
    const child = startCxr(...words, '--models', models, '--threads', '1');
    child.stdout?.once('data', () => child.kill('SIGINT'));
    const { code, stderr } = await collect(child);
    expect(stderr).toContain('Stopped.');
    expect(code).toBe(130);
    const lines = (await readFile(join(out, 'manifest.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.length).toBeLessThan(40);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page.match(/<article>/g)).toHaveLength(lines.length);
  }, 60_000);
});
