import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  classificationResultSchema,
  detectionResultSchema,
  reportResultSchema,
} from '../src/index.js';
import { ADULT, CHILD, callCxr, jsonLines, spawnCxr } from './run-cxr.js';
import { writeTinyModels } from './tiny-models.js';

let root: string;
let models: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-usage-'));
  models = join(root, 'models');
  await writeTinyModels(models);
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

describe('wrong usage', () => {
  it.each([
    [['analize', 'x.png'], /unknown command 'analize'[\s\S]*Did you mean analyze\?/],
    [
      ['analyze', 'x.png', '--lables', 'a'],
      /unknown option '--lables'[\s\S]*Did you mean --labels\?/,
    ],
    [['analyze'], /missing required argument 'paths'/],
    [['detect', 'x.png', '--device', 'gpu'], /Allowed choices are auto, cpu, cuda, webgpu/],
    [['detect', 'x.png', '--threads', '0'], /Expected a whole number of 1 or more/],
    [['analyze', 'x.png', '--seed', 'one'], /Expected a whole number of 0 or more/],
    [
      ['analyze', 'x.png', '--regions', 'left wing'],
      /"left wing" is no region\. They are: right lung/,
    ],
    [['classify', 'x.png', '--labels', 'a,,b'], /Expected words between commas/],
    [['detect', 'x.png', '--models', 'wing=x'], /"wing" is no stage\. They are: detector/],
    [['train', 'detector'], /required option '--data/],
    [['models', 'pull', 'somewhere'], /Expected hf:owner\/name, got "somewhere"/],
    [[], /Usage: cxr/],
  ])('%j exits with 2 and says why', async (words, message) => {
    const { code, stdout, stderr } = await callCxr(words);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    ['report-gen', '--init'],
    ['probe', '--config'],
    ['probe', '--init'],
    ['probe', '--checkpoint-every'],
    ['probe', '--steps-per-run'],
    ['detector', '--steps-per-run'],
    ['probe', '--name'],
    ['clip-classifier', '--teacher'],
  ])('cxr train %s refuses %s, which it would ignore', async (stage, option) => {
    const words = ['train', stage, '--data', 'x', '--out', 'x', option, '5'];
    const { code, stderr } = await callCxr(words);
    expect(stderr).toContain(`unknown option '${option}'`);
    expect(code).toBe(2);
  });

  it('exits with 2 as a process, too', async () => {
    const { code, stderr } = await spawnCxr('analize');
    expect(code).toBe(2);
    expect(stderr).toContain('Run cxr --help');
  });
});

describe('help', () => {
  it.each([
    ...['analyze', 'detect', 'report', 'classify', 'doctor', 'install-cuda'].map((name) => [name]),
    ...['list', 'info', 'verify', 'pull'].map((name) => ['models', name]),
    ...['detector', 'report-gen', 'clip-classifier', 'probe'].map((name) => ['train', name]),
    ...['detector', 'report-gen', 'clip-classifier'].map((name) => ['measure', name]),
    ...['text', 'labels', 'classification', 'detection', 'images', 'pairs'].map((name) => [
      'eval',
      name,
    ]),
  ])('of cxr %s %s has examples and the global options', async (...words) => {
    const names = words.filter((word) => word !== undefined && typeof word === 'string');
    const { code, stdout, stderr } = await callCxr([...names, '--help']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(`Examples:\n  $ cxr ${names.join(' ')}`);
    expect(stdout).toContain('--device <device>');
  });
});

describe('single stages', () => {
  it('print one object a line with --json, and nothing else on standard output', async () => {
    const words = ['--json', '--models', models, '--threads', '1'];
    const detect = await callCxr(['detect', ADULT, CHILD, ...words]);
    expect(
      jsonLines(detect.stdout).map((line) => detectionResultSchema.parse(line).image.path),
    ).toEqual([ADULT, CHILD]);
    const report = await callCxr(['report', ADULT, ...words]);
    const [described] = jsonLines(report.stdout).map((line) => reportResultSchema.parse(line));
    expect(Object.keys(described.model)).toEqual(['device', 'detector', 'report-gen']);
    const classify = await callCxr(['classify', ADULT, ...words]);
    expect(
      jsonLines(classify.stdout).map((line) => classificationResultSchema.parse(line)),
    ).toHaveLength(1);
  });

  it('classify any words', async () => {
    const labels = 'Pneumonia,a swallowed coin,No Finding';
    const { stdout } = await callCxr([
      'classify',
      ADULT,
      '--labels',
      labels,
      '--json',
      '--models',
      models,
    ]);
    const [result] = jsonLines(stdout).map((line) => classificationResultSchema.parse(line));
    expect(result.classification.map(({ label }) => label)).toEqual(labels.split(','));
    expect(result.classification[1].prompts.positive[0]).toContain('a swallowed coin');
  });

  it('write about the regions that were asked for', async () => {
    const words = ['report', ADULT, '--json', '--models', models];
    const [all] = jsonLines((await callCxr(words)).stdout).map((line) =>
      reportResultSchema.parse(line),
    );
    const name = all.regions.find(({ detected }) => detected)?.name ?? 'none found';
    const { stdout } = await callCxr([...words, '--regions', name, '--beams', '1']);
    const [one] = jsonLines(stdout).map((line) => reportResultSchema.parse(line));
    expect(one.regions.filter(({ selected }) => selected).map((region) => region.name)).toEqual([
      name,
    ]);
  });

  it('sample the same words from the same seed', async () => {
    const sample = async (seed: string): Promise<string> => {
      const words = [
        'report',
        ADULT,
        '--decoding',
        'sample',
        '--seed',
        seed,
        '--json',
        '--models',
        models,
      ];
      return jsonLines((await callCxr(words)).stdout)
        .map((line) => reportResultSchema.parse(line).report)
        .join();
    };
    expect(await sample('7')).toBe(await sample('7'));
    expect(await sample('7')).not.toBe(await sample('8'));
  });

  it('print nothing but errors when quiet', async () => {
    const { code, stdout, stderr } = await callCxr([
      'analyze',
      ADULT,
      '-q',
      '--out',
      join(root, 'q'),
      '--models',
      models,
    ]);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });
});

describe('models and doctor', () => {
  it('list, info and verify say what lies in a folder', async () => {
    const list = await callCxr(['models', 'list', models, '--json']);
    expect(jsonLines<{ stage: string }>(list.stdout).map(({ stage }) => stage)).toEqual([
      'clip-classifier',
      'detector',
      'report-gen',
    ]);
    const info = await callCxr(['models', 'info', join(models, 'detector')]);
    expect(info.stdout).toContain('# tiny-detector 0.0.1');
    const verify = await callCxr(['models', 'verify', '--models', models, '--json']);
    expect(jsonLines<{ ok: boolean }>(verify.stdout).map(({ ok }) => ok)).toEqual([
      true,
      true,
      true,
    ]);
    expect([list.code, info.code, verify.code]).toEqual([0, 0, 0]);
  });

  it('doctor tells versions, devices and models', async () => {
    const { code, stdout } = await callCxr(['doctor', '--json', '--models', models]);
    expect(code).toBe(0);
    const [findings] = jsonLines<{
      versions: Record<string, string>;
      devices: { device: string; available: boolean }[];
      models: { ok: boolean }[];
    }>(stdout);
    expect(findings.versions).toMatchObject({
      node: process.versions.node,
      onnxruntime: expect.stringMatching(/^\d/),
    });
    expect(findings.devices.map(({ device }) => device)).toEqual(['cpu', 'cuda', 'webgpu']);
    expect(findings.devices[0].available).toBe(true);
    expect(findings.models.every(({ ok }) => ok)).toBe(true);
  });
});
