import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSupervisedClassifier } from '@cxrkit/clip-classifier/convert';
import type { ModelScore } from '@cxrkit/core/model';
import { initializeWeights } from '@cxrkit/nn/train';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supervisedGraph } from '../../../packages/clip-classifier/src/supervised/network.js';
import { type CommandResult, callCxr, jsonLines } from './run-cxr.js';
import { writeTinyData } from './tiny-data.js';
import { TINY_CLIP_SIZES, writeTinyModels } from './tiny-models.js';

let root: string;
const at = (name: string): string => join(root, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-measure-synth-'));
  await writeTinyModels(root);
  await writeTinyData(root);
  await writeCopies(at('copies'));
  await import('../src/commands/measure/measure-synth.js');
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

/** Writes a folder as `cxr synth` does; its images are the ten training pictures, four times each. */
async function writeCopies(folder: string): Promise<void> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const lines: object[] = [];
  for (let i = 0; i < 40; i++) {
    const isSick = i % 2 === 1;
    const image = `images/${String(i).padStart(4, '0')}.png`;
    await copyFile(at(`${i % 10}.png`), join(folder, image));
    lines.push({
      ...{ image, seed: i, prompt: '', reference: null, agreement: null, model: 'copier@1' },
      report: isSick ? 'There is pneumonia.' : 'The lungs are clear.',
      findings: isSick ? { Pneumonia: 1 } : { 'No Finding': 1 },
    });
  }
  const origins = lines.map((_, first) => ({
    ...{ first, count: 1, picture: `x/${first}.png`, source: 'made' },
    findings: first % 2 === 1 ? { Pneumonia: 1 } : { 'No Finding': 1, Pneumonia: 0 },
  }));
  const text = (rows: readonly object[]): string =>
    rows.map((row) => JSON.stringify(row)).join('\n');
  await writeFile(join(folder, 'manifest.jsonl'), text(lines));
  await writeFile(join(folder, 'rows.jsonl'), text(origins));
}

function measure(folder: string, ...words: readonly string[]): Promise<CommandResult> {
  return callCxr([
    ...['measure', 'synth', folder, '--data', root, '--models', root, '--device', 'cpu'],
    ...['--threads', '1', ...words],
  ]);
}

function find(scores: readonly ModelScore[], beginning: string): ModelScore {
  const found = scores.find(({ metric }) => metric.startsWith(beginning));
  if (found === undefined) throw new Error(`No score begins with "${beginning}".`);
  return found;
}

describe('cxr measure synth', () => {
  it('measures copies of training pictures as what they are', async () => {
    const { code, stdout, stderr } = await measure(at('copies'), '--json', '--out', at('sheet'));
    expect([code, stderr]).toEqual([0, expect.stringContaining('It shows real pictures.')]);
    expect(stderr).toContain('evaluate: 12 of 12 images real');
    const scores = jsonLines<ModelScore>(stdout);
    for (const score of scores) {
      expect(score).toMatchObject({ value: expect.any(Number) });
      const [low = score.value, high = score.value] = score.ci95 ?? [];
      expect([low <= score.value, score.value <= high]).toEqual([true, true]);
    }
    const made = find(scores, 'FID, synthetic against real');
    const floor = find(scores, 'FID, real against real');
    expect([made.n, floor.n, made.split]).toEqual([6, 6, 'train+val']);
    expect(made.metric).toContain(
      '(raw pooled features of tiny-clip@0.0.1, 10 halvings of 12 real',
    );
    expect(find(scores, 'FID, ratio').value).toBeCloseTo(made.value / floor.value, 2);
    expect(find(scores, 'coverage, synthetic').value).toBeGreaterThan(0);
    expect(find(scores, 'FID, all 40 synthetic against 12 real').n).toBe(52);
    // The pictures of one class are copies of those of the same class, whatever the judge makes of them.
    const asked = find(
      scores,
      'zero-shot AUROC on synthetic images against what was asked, Pneumonia (20',
    );
    const ceiling = find(scores, 'zero-shot AUROC on real pictures of val, Pneumonia (1 positive)');
    expect([asked.dataset, asked.n, ceiling.n, ceiling.split]).toEqual(['made', 40, 2, 'val']);
    for (const quantile of ['minimum', 'median', 'maximum'])
      expect(
        find(scores, `distance to the nearest of 10 training pictures, ${quantile}, synthetic`)
          .value,
      ).toBe(0);
    expect(find(scores, 'share of images nearer').value).toBe(1);
    expect(find(scores, 'chance that an image is nearer').value).toBe(1);
    expect(find(scores, 'distinct reports').value).toBe(2);
    expect(find(scores, 'micro F1')).toMatchObject({ value: 1, n: 40, ci95: [1, 1] });
    const { width, height } = await sharp(at('sheet/nearest.png')).metadata();
    // Four columns of two pictures of 192 pixels.
    expect([width, height]).toEqual([1606, 1108]);
  }, 60_000);

  it('takes another judge, and writes the scores of the images into a card', async () => {
    const { preprocessing, architecture } = TINY_CLIP_SIZES;
    const config = { backbone: architecture.image.backbone, labels: ['Edema', 'Pneumonia'] };
    const graph = supervisedGraph(config, preprocessing);
    await exportSupervisedClassifier({
      ...{ out: at('judge'), config, preprocessing },
      weights: initializeWeights(graph.parameters, 3),
      meta: {
        ...{ name: 'tiny-judge', version: '0.0.1', scores: [], intendedUse: 'Tests.' },
        licence: { weights: 'Apache-2.0', data: [] },
        provenance: { command: 'vitest', date: '2026-01-01', trainingData: [] },
      },
    });
    const judge = ['--judge', `supervised-classifier=${at('judge')}`, '--splits', 'train'];
    const { code, stdout, stderr } = await measure(
      at('copies'),
      ...judge,
      '--write',
      at('detector'),
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('Written into model.json')]);
    expect(stdout).toMatch(
      /supervised AUROC on synthetic .*, Pneumonia \(20 positive\) \| made, n = 40/,
    );
    expect(stdout).toContain('FID, all 40 synthetic against 10 real');
    const card = await readFile(at('detector/README.md'), 'utf8');
    expect(card).toContain('supervised AUROC on real pictures of val, Pneumonia');
    expect(card).not.toContain('distinct reports');
  }, 60_000);

  it.each<[string, string, string[], number, RegExp]>([
    ['a folder without pairs', 'nowhere', [], 2, /one that cxr synth has written/],
    ['an unknown split', 'copies', ['--splits', 'train,dev'], 2, /"dev" is no split/],
    ['a judge of another kind', 'copies', ['--judge', 'detector=x'], 2, /supervised-classifier=/],
    ['a judge that is not there', 'copies', ['--judge', 'supervised-classifier=x'], 1, /x: /],
    ['a split without pictures', 'copies', ['--splits', 'test'], 2, /pictures of made in test/],
  ])('refuses %s', async (_what, folder, words, expected, message) => {
    const { code, stdout, stderr } = await measure(at(folder), ...words);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([expected, '']);
  });

  it('stops when asked', async () => {
    const words = ['measure', 'synth', at('copies'), '--data', root, '--models', root, '-q'];
    const { code } = await callCxr(words, { signal: AbortSignal.abort() });
    expect(code).toBe(130);
  });
});
