import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelScore } from '@cxrkit/core/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCxr, jsonLines } from './run-cxr.js';
import { writeTinyData } from './tiny-data.js';
import { writeTinyModels } from './tiny-models.js';

describe('cxr measure', () => {
  let root: string;
  const at = (name: string): string => join(root, name);
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cxr-measure-'));
    await writeTinyModels(at('tiny'));
    await writeTinyData(root);
  }, 60_000);
  afterAll(() => rm(root, { recursive: true }));

  const words = (stage: string, ...more: readonly string[]): string[] => [
    ...['measure', stage, '--data', root, '--models', at('tiny')],
    ...['--device', 'cpu', '--threads', '1', ...more],
  ];

  it.each([
    ['detector', ['mean IoU over regions (boxes derived', 'mean IoU, right lung']],
    [
      'report-gen',
      ['micro F1 of the best constant report (always says: Pneumonia)', 'distinct reports'],
    ],
    [
      'clip-classifier',
      ['zero-shot AUROC, No Finding (5 positive)', 'zero-shot AUROC, Pneumonia (5 positive)'],
    ],
  ])(
    'of %s prints scores, and --write puts them into model.json and the card',
    async (stage, metrics) => {
      const file = async (name: string): Promise<string> =>
        await readFile(join(at('tiny'), stage, name), 'utf8');
      const before = JSON.parse(await file('model.json'));
      const printed = await callCxr(words(stage, '--split', 'train', '--json'));
      expect(printed.stderr).toContain('evaluate: 10 of 10 images');
      expect(printed.code).toBe(0);
      expect(JSON.parse(await file('model.json'))).toEqual(before);
      const scores = jsonLines<ModelScore>(printed.stdout);
      for (const metric of metrics)
        expect(scores.map((score) => score.metric)).toContainEqual(expect.stringContaining(metric));
      for (const { ci95: [low, high] = [0, 10], ...score } of scores) {
        expect(score).toMatchObject({ dataset: 'made', split: 'train', n: 10 });
        expect(score.command).toMatch(new RegExp(`^cxr measure ${stage} --data cxr-measure-\\w+ `));
        expect(score.value).toBeGreaterThanOrEqual(low);
        expect(score.value).toBeLessThanOrEqual(high);
      }

      const written = await callCxr(words(stage, '--split', 'train', '--write'));
      expect(written.stderr).toContain('Written into model.json and README.md');
      const numbers = ({ metric, value }: ModelScore): unknown => [metric, value];
      const manifest = JSON.parse(await file('model.json'));
      expect(manifest.scores.map(numbers)).toEqual(scores.map(numbers));
      expect({ ...manifest, scores: [] }).toEqual({ ...before, scores: [] });
      const card = await file('README.md');
      for (const metric of metrics) {
        expect(card).toContain(`| ${metric}`);
        expect(written.stdout).toContain(metric);
      }
      expect(written.stdout).toMatch(/ \| made, n = 10 \| \d/);
      const verify = await callCxr(['models', 'verify', at(`tiny/${stage}`)]);
      expect(verify.code).toBe(0);
    },
  );

  it('gives a constant report the F1 that its labels have', async () => {
    const { stdout } = await callCxr(words('report-gen', '--split', 'train', '--json'));
    const constant = jsonLines<ModelScore>(stdout).find(({ metric }) =>
      metric.includes('constant'),
    );
    // 5 of 10 are sick: precision 1/2, recall 1.
    expect(constant?.value).toBeCloseTo(2 / 3, 4);
    const [low = 1, high = 0] = constant?.ci95 ?? [];
    expect(low).toBeLessThan(2 / 3);
    expect(high).toBeGreaterThan(2 / 3);
  });

  it.each([
    ['a split without pictures', ['--split', 'test'], /pictures of the test split.*"12 of other/],
    [
      'data without labels',
      ['--data', 'unlabelled'],
      /labels from which something can be measured/,
    ],
    ['an option of training', ['--updates', '3'], /unknown option '--updates'/],
  ])('refuses %s and leaves the model as it was', async (_what, change, message) => {
    const [row] = (await readFile(at('manifest.jsonl'), 'utf8')).split('\n');
    const { boxes01: _, ...bare } = JSON.parse(row);
    const line = JSON.stringify({ ...bare, split: 'val', findings: {} });
    await writeFile(at('unlabelled.jsonl'), line);
    const real = change.map((word) => (word === 'unlabelled' ? at('unlabelled.jsonl') : word));
    const model = join(at('tiny'), 'detector/model.json');
    const before = await readFile(model, 'utf8');
    // The later --data adds to the first one, so it is given alone.
    const base = ['measure', 'detector', '--models', at('tiny'), '--device', 'cpu', '--write'];
    const data = real.includes('--data') ? [] : ['--data', root];
    const { code, stdout, stderr } = await callCxr([...base, ...data, ...real]);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
    expect(await readFile(model, 'utf8')).toBe(before);
  });
});
