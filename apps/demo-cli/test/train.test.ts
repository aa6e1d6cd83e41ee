import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassificationResult, classificationResultSchema } from '../src/index.js';
import { callCxr, collect, startCxr } from './run-cxr.js';
import { writeTinyData } from './tiny-data.js';
import {
  TINY_CLIP_SIZES,
  TINY_DETECTOR,
  TINY_REPORT_SIZES,
  writeTinyModels,
} from './tiny-models.js';

describe('cxr train', () => {
  let root: string;
  const at = (name: string): string => join(root, name);
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cxr-train-'));
    await writeTinyModels(at('tiny'));
    await writeTinyData(root);
    const configs = {
      detector: { architecture: TINY_DETECTOR },
      'report-gen': { architecture: TINY_REPORT_SIZES },
      'clip-classifier': TINY_CLIP_SIZES,
    };
    for (const [stage, config] of Object.entries(configs))
      await writeFile(at(`${stage}.json`), JSON.stringify(config));
  }, 60_000);
  afterAll(() => rm(root, { recursive: true }));

  function words(stage: string, out: string, ...more: readonly string[]): string[] {
    const settings = ['--config', at(`${stage}.json`), '--batch-size', '2', '--threads', '1'];
    return ['train', stage, '--data', root, '--out', at(out), ...settings, ...more];
  }

  it('goes on after kill -9 to the same curve and writes a detector that loads', async () => {
    const more = ['--updates', '150', '--checkpoint-every', '10', '--seed', '3'];
    const child = startCxr(...words('detector', 'killed/detector', ...more));
    const ended = collect(child);
    const curve = join(at('killed/detector.run'), 'curve.jsonl');
    for (let lines = 0; lines < 20 && child.exitCode === null; await sleep(5))
      lines = (await readFile(curve, 'utf8').catch(() => '')).split('\n').length;
    child.kill('SIGKILL');
    await ended;
    const before = (await readFile(curve, 'utf8')).trim().split('\n').length;
    expect(before).toBeLessThan(150);
    const resumed = await callCxr(words('detector', 'killed/detector', ...more));
    expect(resumed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('detector "detector"'),
    });
    const whole = await callCxr(words('detector', 'whole/detector', ...more));
    expect(whole.stderr).toContain('10 pictures of the train split, of 12.');
    expect(await readFile(curve, 'utf8')).toBe(
      await readFile(join(at('whole/detector.run'), 'curve.jsonl'), 'utf8'),
    );
    const model = JSON.parse(await readFile(join(at('killed/detector'), 'model.json'), 'utf8'));
    expect(model.labels).toEqual(['right lung', 'left lung']);
    expect(model.provenance.command).toMatch(
      /^cxr train detector --data cxr-train-\w+ --out detector/,
    );
    const detect = await callCxr(['detect', at('0.png'), '--models', at('killed/detector')]);
    expect(detect.code).toBe(0);
  }, 120_000);

  it('trains a classifier whose labels are those of the data', async () => {
    const trained = await callCxr(words('clip-classifier', 'clip', '--updates', '3'));
    expect(trained.stderr).toContain('train: 3 of 3 steps');
    expect(trained.code).toBe(0);
    const { stdout } = await callCxr(['classify', at('0.png'), '--models', at('clip'), '--json']);
    const { classification } = JSON.parse(stdout);
    expect(classification.map(({ label }: { label: string }) => label)).toEqual([
      'No Finding',
      'Pneumonia',
    ]);
  }, 60_000);

  it('refuses an --out that holds something else before it trains', async () => {
    await mkdir(at('taken'));
    await writeFile(at('taken/notes.txt'), 'mine');
    const refused = await callCxr(words('clip-classifier', 'taken', '--updates', '3'));
    expect(refused.stderr).toMatch(/a new, an empty or a model folder/);
    expect(refused.stderr).not.toContain('train:');
    expect(refused.code).toBe(2);
  });

  it('trains a probe that classify takes, and doubts the probe of another model', async () => {
    const base = ['train', 'probe', '--data', root, '--out', at('probe.json'), '--updates', '20'];
    const trained = await callCxr([...base, '--models', at('tiny'), '--json']);
    expect(JSON.parse(trained.stdout)).toMatchObject({ stage: 'probe', path: at('probe.json') });
    const ask = async (models: string): Promise<ClassificationResult> => {
      const words = ['--probe', at('probe.json'), '--json', '--models', models];
      const { stdout } = await callCxr(['classify', at('1.png'), ...words]);
      return classificationResultSchema.parse(JSON.parse(stdout));
    };
    const { probe, warnings } = await ask(at('tiny'));
    expect(probe).toMatchObject([{ label: 'No Finding' }, { label: 'Pneumonia', present: true }]);
    expect(warnings.map(({ code }) => code)).not.toContain('probe-of-another-model');
    await cp(at('tiny/clip-classifier'), at('renamed'), { recursive: true });
    const manifest = JSON.parse(await readFile(at('renamed/model.json'), 'utf8'));
    await writeFile(at('renamed/model.json'), JSON.stringify({ ...manifest, version: '9.9.9' }));
    const doubts = (await ask(at('renamed'))).warnings.map(({ code }) => code);
    expect(doubts).toContain('probe-of-another-model');
  }, 60_000);

  it('trains a report generator on the regions that the detector of --models finds', async () => {
    const models = ['--models', `detector=${at('tiny/detector')}`];
    const trained = await callCxr(words('report-gen', 'report', '--updates', '3', ...models));
    expect(trained.stderr).toMatch(/prepare: 12 of 12 images regions\n/);
    expect(trained.code).toBe(0);
    const report = await callCxr([
      'report',
      at('0.png'),
      '--json',
      ...models,
      '--models',
      `report-gen=${at('report')}`,
    ]);
    expect(report.code).toBe(0);
    expect(JSON.parse(report.stdout).model['report-gen'].name).toBe('report');
  }, 60_000);

  it('stops at Ctrl-C with its state saved, and goes on from there', async () => {
    const controller = new AbortController();
    const out = 'stopped/clip';
    const more = ['--checkpoint-every', '5'];
    const running = callCxr(words('clip-classifier', out, '--updates', '100000', ...more), {
      signal: controller.signal,
    });
    const folder = at(`${out}.run`);
    while (!(await stat(join(folder, 'state.safetensors')).catch(() => undefined))) await sleep(10);
    controller.abort();
    expect((await running).code).toBe(130);
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
    const done = (await readFile(join(folder, 'curve.jsonl'), 'utf8')).trim().split('\n').length;
    expect(done).toBeGreaterThanOrEqual(5);
    more.push('--steps-per-run', '2');
    const rest = words('clip-classifier', out, '--updates', String(done + 2), ...more);
    expect((await callCxr(rest)).code).toBe(0);
    const curve = (await readFile(join(folder, 'curve.jsonl'), 'utf8')).trim().split('\n');
    expect(curve.map((line) => JSON.parse(line).update)).toEqual(curve.map((_, i) => i + 1));
    expect(curve).toHaveLength(done + 2);
  }, 60_000);

  it.each([
    ['no data set', ['--data', 'nowhere', '--out', 'x'], /a folder with manifest\.jsonl/],
    ['no JSON as the config', ['--config', 'nowhere.json'], /--config/],
  ])('says that there is %s', async (_what, change, message) => {
    const base = ['train', 'detector', '--data', root, '--out', at('nothing')];
    const { code, stderr } = await callCxr([...base, ...change]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
