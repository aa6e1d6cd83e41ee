import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvalJson, golden, TestFolder } from './eval-files.js';
import { callCxr } from './run-cxr.js';

interface ClassificationGolden {
  readonly multilabel_missing: {
    readonly labels: readonly string[];
    readonly y: readonly (readonly (number | null)[])[];
    readonly score: readonly (readonly number[])[];
    readonly policies: Readonly<
      Record<
        string,
        Readonly<Record<string, { readonly auroc: number | null; readonly ap: number | null }>> & {
          readonly macro_auroc_over_defined: number;
          readonly micro_ap: number;
        }
      >
    >;
  };
  readonly delong_paired: {
    readonly y: readonly number[];
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly a_vs_b: { readonly auc: readonly number[]; readonly p_two_sided: number };
  };
}

let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
});
afterAll(() => folder.remove());

async function evaluate(...words: readonly string[]): Promise<EvalJson> {
  const { code, stdout, stderr } = await callCxr([
    'eval',
    'classification',
    ...words,
    '--json',
    '-q',
  ]);
  expect([stderr, code]).toEqual(['', 0]);
  return JSON.parse(stdout) as EvalJson;
}

describe('cxr eval classification', () => {
  const { multilabel_missing: missing, delong_paired: paired } =
    golden<ClassificationGolden>('cls');
  const { labels, y, score } = missing;
  const object = <Value>(values: readonly Value[]): Record<string, Value> =>
    Object.fromEntries(labels.map((name, l) => [name, values[l]]));
  const rows = y.map((row, i) => ({ id: `r${i}`, labels: object(row), scores: object(score[i]) }));

  it.each(Object.keys(missing.policies))(
    'has the digits of scikit-learn under %s',
    async (policy) => {
      const file = await folder.lines('rows.jsonl', rows);
      const { metrics } = await evaluate(file, '--policy', policy);
      const expected = missing.policies[policy];
      for (const name of labels) {
        const { auroc, ap } = expected[name];
        if (auroc === null) {
          expect(metrics[`${name}.auroc`]).toMatchObject({
            ...{ value: null, reason: 'no case is positive' },
          });
          continue;
        }
        expect(metrics[`${name}.auroc`].value).toBeCloseTo(auroc, 12);
        expect(metrics[`${name}.averagePrecision`].value).toBeCloseTo(ap ?? -1, 12);
      }
      expect(metrics['macro.auroc'].value).toBeCloseTo(expected.macro_auroc_over_defined, 12);
      expect(metrics['micro.averagePrecision'].value).toBeCloseTo(expected.micro_ap, 12);
    },
  );

  it('reads scores as CSV and labels as the table of MIMIC-CXR-JPG', async () => {
    const scores = await folder.write(
      'scores.csv',
      `id,${labels.join()}\n${score.map((row, i) => `${i},${row.join()}`).join('\n')}\n`,
    );
    const mimic = y.map((row, i) => `p,${i},${row.map((label) => label ?? '').join()},`);
    const table = await folder.write(
      'mimic.csv',
      `subject_id,study_id,${labels.join()},Fracture\n${mimic.join('\n')}\n`,
    );
    const file = await folder.lines('rows.jsonl', rows);
    expect(await evaluate(scores, '--labels', table)).toEqual(await evaluate(file));
  });

  it('reads labels and scores of one CSV by their prefixes', async () => {
    const names = labels.flatMap((name) => [`label:${name}`, `score:${name}`]);
    const lines = y.map((row, i) =>
      [`r${i}`, ...row.flatMap((label, l) => [label ?? '', score[i][l]])].join(),
    );
    const csv = await folder.write('both.csv', `id,${names.join()}\n${lines.join('\n')}`);
    const file = await folder.lines('rows.jsonl', rows);
    expect(await evaluate(csv)).toEqual(await evaluate(file));
    const plain = await folder.write('plain.csv', 'id,Edema\n1,0.5\n');
    const { code, stderr } = await callCxr(['eval', 'classification', plain]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/label:<finding> and score:/)]);
  });

  it('tests a second system by DeLong', async () => {
    const system = (values: readonly number[]): object[] =>
      values.map((value, i) => ({
        id: i,
        labels: { Edema: paired.y[i] },
        scores: { Edema: value },
      }));
    const [a, b] = [
      await folder.lines('a.jsonl', system(paired.a)),
      await folder.lines('b.jsonl', system(paired.b).reverse()),
    ];
    const { comparison = [] } = await evaluate(a, '--compare', b);
    expect(comparison).toEqual([expect.objectContaining({ name: 'Edema.auroc', test: 'delong' })]);
    expect(comparison[0].p).toBeCloseTo(paired.a_vs_b.p_two_sided, 10);
    const [first, second] = paired.a_vs_b.auc;
    expect(comparison[0].difference).toBeCloseTo(first - second, 12);
  });

  it('writes a page with curves, calibration, bars and the worst cases', async () => {
    const file = await folder.lines('rows.jsonl', rows);
    const html = folder.at('page.html');
    const words = ['eval', 'classification', file, '--html', html, '--bootstrap', '50'];
    const { code, stdout } = await callCxr(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/macro auroc +0\.9036 +\[0\.\d{4}, 0\.\d{4}\]/);
    expect(stdout).toMatch(/Consolidation +56 +0 +– /);
    const page = await readFile(html, 'utf8');
    expect(page.match(/<svg /g)).toHaveLength(6);
    for (const text of ['ROC', 'Precision and recall', 'All findings pooled', 'Worst cases'])
      expect(page).toContain(text);
    expect(page).not.toContain('NaN');
  });

  it('leaves calibration out where scores are no probabilities', async () => {
    const logits = rows.map((row) => ({
      ...row,
      scores: object(Object.values(row.scores).map((value) => 10 * value - 5)),
    }));
    const file = await folder.lines('logits.jsonl', logits);
    const { code, stdout, stderr } = await callCxr(['eval', 'classification', file, '--json']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('no probabilities')]);
    const json = JSON.parse(stdout);
    expect(json.metrics['Edema.f1']).toBeUndefined();
    expect(json.findings.Edema).toMatchObject({ n: 58, positives: 13, brier: null, ece: null });
  });

  it.each([
    ['one class only', [{ id: 'a', labels: { E: 1 }, scores: { E: 0.5 } }], 'no case is negative'],
    ['unknown labels only', [{ id: 'a', labels: { E: null }, scores: { E: 0.5 } }], 'no label is'],
  ])('gives null and a reason for %s', async (_what, one, reason) => {
    const file = await folder.lines('few.jsonl', one);
    const { metrics } = await evaluate(file);
    expect(metrics['E.auroc']).toMatchObject({
      ...{ value: null, reason: expect.stringContaining(reason) },
    });
  });

  const good = { id: 'a', labels: { E: 1 }, scores: { E: 0.5 } };
  it.each([
    [
      'a label outside the set',
      '{"id":"b","labels":{"E":3},"scores":{"E":1}}',
      /1, 0, -1 or blank/,
    ],
    ['no score', '{"id":"b","labels":{"E":1},"scores":{}}', /a finite number for "E" in/],
    ['a score that is no number', '{"id":"b","labels":{"E":1},"scores":{"E":"NaN"}}', /got "NaN"/],
    ['an infinite score', '{"id":"b","labels":{"E":1},"scores":{"E":1e999}}', /got Infinity/],
    ['an id twice', JSON.stringify(good), /an id of its own/],
  ])('refuses %s by its line, or skips it', async (_what, line, message) => {
    const file = await folder.write('bad.jsonl', `${JSON.stringify(good)}\n\n${line}\n`);
    const { code, stderr } = await callCxr(['eval', 'classification', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/line 3/);
    const skipped = await callCxr(['eval', 'classification', file, '--skip-invalid']);
    expect([skipped.code, skipped.stderr]).toEqual([0, expect.stringContaining('Skipped 1')]);
  });
});
