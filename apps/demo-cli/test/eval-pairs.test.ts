import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvalJson, TestFolder } from './eval-files.js';
import { callCxr } from './run-cxr.js';

const ROWS = [
  ['a', { Pneumothorax: 1, Edema: 0 }, { Pneumothorax: 0.9, Edema: 0.2 }, 'Large pneumothorax.'],
  ['b', { Pneumothorax: 0, Edema: 1 }, { Pneumothorax: 0.1, Edema: 0.8 }, 'No pneumothorax.'],
  ['c', { Pneumothorax: 1, Edema: 0 }, { Pneumothorax: 0.4, Edema: 0.1 }, 'Large pneumothorax.'],
].map(([id, asked, scores, report]) => ({ id, asked, scores, report }));

let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
});
afterAll(() => folder.remove());

async function evaluate(...words: readonly string[]): Promise<EvalJson> {
  const { code, stdout, stderr } = await callCxr(['eval', 'pairs', ...words, '--json', '-q']);
  expect([stderr, code]).toEqual(['', 0]);
  return JSON.parse(stdout) as EvalJson;
}

describe('cxr eval pairs', () => {
  it('counts where asked, image and report agree', async () => {
    const file = await folder.lines('pairs.jsonl', ROWS);
    const { metrics } = await evaluate(file, '--bootstrap', '50');
    // Of 6 cells the image misses one asked pneumothorax, the reports one asked edema.
    expect(metrics['micro.imageAskedAgreement'].value).toBeCloseTo(5 / 6, 12);
    expect(metrics['micro.imageReportAgreement'].value).toBeCloseTo(4 / 6, 12);
    expect(metrics['micro.allThreeAgreement'].value).toBeCloseTo(4 / 6, 12);
    expect(metrics['micro.reportAskedF1'].value).toBeCloseTo(4 / 5, 12);
    expect(metrics['macro.imageAskedAuroc'].value).toBe(1);
    expect(metrics.distinctReports.value).toBeCloseTo(2 / 3, 12);
    const { low = 1, high = 0 } = metrics['micro.imageAskedAgreement'].interval ?? {};
    expect([low < 5 / 6, high > 5 / 6]).toEqual([true, true]);
  });

  it('reads CSV, and labels that are given', async () => {
    const file = await folder.lines('pairs.jsonl', ROWS);
    const csv = await folder.write(
      'pairs.csv',
      `id,asked:Pneumothorax,asked:Edema,score:Pneumothorax,score:Edema,report\n${ROWS.map(
        ({ id, asked, scores, report }) =>
          [id, ...Object.values(asked), ...Object.values(scores), report].join(),
      ).join('\n')}\n`,
    );
    expect(await evaluate(csv)).toEqual(await evaluate(file));
    const given = await folder.lines('given.jsonl', [
      { id: 'a', asked: { Edema: 1 }, imageLabels: { Edema: 1 }, reportLabels: { Edema: 0 } },
    ]);
    const { metrics } = await evaluate(given);
    expect(metrics['macro.imageAskedAgreement'].value).toBe(1);
    expect(metrics['macro.imageReportAgreement'].value).toBe(0);
    expect(metrics['macro.imageAskedAuroc']).toMatchObject({ value: null });
  });

  it('writes a page', async () => {
    const file = await folder.lines('pairs.jsonl', ROWS);
    const html = folder.at('pairs.html');
    const { code, stdout } = await callCxr(['eval', 'pairs', file, '--html', html]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/micro\.allThreeAgreement +0\.6667/);
    expect(await readFile(html, 'utf8')).toContain('All three agree');
  });

  const [row] = ROWS;
  it.each([
    ['nothing asked', { ...row, asked: undefined }, /labels by finding for "asked" in .*line 1/],
    ['a label outside the set', { ...row, asked: { Edema: 2 } }, /1, 0, -1 or blank.*"Edema"/],
    ['no probability', { ...row, scores: { Edema: 1.5 } }, /a probability in \[0, 1\].*got 1.5/],
    [
      'nothing of the image',
      { ...row, scores: undefined },
      /"scores" or "imageLabels" in .*line 1/,
    ],
    ['no report', { ...row, report: undefined }, /"report" or "reportLabels" in .*line 1/],
  ])('refuses %s by its line', async (_what, bad, message) => {
    const file = await folder.lines('bad.jsonl', [bad]);
    const { code, stderr } = await callCxr(['eval', 'pairs', file]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
