import { readFile } from 'node:fs/promises';
import { CHEXPERT_FINDINGS } from '@cxrkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvalJson, golden, TestFolder } from './eval-files.js';
import { callCxr, jsonLines } from './run-cxr.js';
import { type TinyChexbert, writeTinyChexbert } from './tiny-chexbert.js';

interface Labelled {
  readonly text: string;
  readonly labels: Readonly<Record<string, number>>;
}

interface LabelerGolden {
  readonly published_reference_outputs: { readonly items: readonly Labelled[] };
}

interface ClinicalGolden {
  readonly conditions: readonly string[];
  readonly cases: readonly {
    /** 0 blank, 1 positive, 2 negative, 3 uncertain. */
    readonly reference: readonly (readonly number[])[];
    readonly hypothesis: readonly (readonly number[])[];
    readonly rgrg: {
      readonly micro_5: Readonly<Record<string, number>>;
      readonly micro_14: Readonly<Record<string, number>>;
    };
    readonly r2gen_compute_ce: Readonly<Record<string, number>>;
  }[];
}

let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
});
afterAll(() => folder.remove());

describe('cxr eval labels', () => {
  it('prints the labels of a report a line, as CheXpert published them', async () => {
    const { items } = golden<LabelerGolden>('labeler').published_reference_outputs;
    const file = await folder.lines(
      'reports.jsonl',
      items.map(({ text }, i) => ({ id: i, report: text })),
    );
    const { code, stdout, stderr } = await callCxr(['eval', 'labels', file]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/finding +positive +uncertain +negative +blank/);
    const blank = Object.fromEntries(CHEXPERT_FINDINGS.map((finding) => [finding, null]));
    expect(jsonLines(stdout)).toEqual(
      items.map(({ labels }, i) => ({ id: String(i), labels: { ...blank, ...labels } })),
    );
  });

  const { conditions, cases } = golden<ClinicalGolden>('ce');
  const [{ reference, hypothesis, rgrg, r2gen_compute_ce: r2gen }] = cases;
  const CODES = [null, 1, 0, -1];
  const rows = (matrix: readonly (readonly number[])[]): object[] =>
    matrix.map((codes, i) => ({
      id: `s${i}`,
      labels: Object.fromEntries(conditions.map((name, c) => [name, CODES[codes[c]]])),
    }));

  it('against references gives clinical efficacy by every convention', async () => {
    // References as in the table of MIMIC-CXR-JPG, candidates as JSON lines.
    const mimic = reference.map(
      (codes, i) => `p,s${i},${codes.map((code) => ['', '1.0', '0.0', '-1.0'][code]).join()}`,
    );
    const table = await folder.write(
      'mimic.csv',
      `subject_id,study_id,${conditions.join()}\n${mimic.join('\n')}\n`,
    );
    const file = await folder.lines('labels.jsonl', rows(hypothesis));
    const words = ['eval', 'labels', file, '--against', table, '--labels-by', 'chexbert', '--json'];
    const { code, stdout } = await callCxr([...words, '--bootstrap', '20']);
    expect(code).toBe(0);
    const { metrics } = JSON.parse(stdout) as EvalJson;
    expect(metrics['rgrg.micro_5.f1'].value).toBeCloseTo(rgrg.micro_5.f1, 12);
    expect(metrics['rgrg.micro_14.f1'].value).toBeCloseTo(rgrg.micro_14.f1, 12);
    for (const name of ['F1_macro', 'F1_micro', 'PRECISION_macro', 'RECALL_micro'])
      expect(metrics[`r2gen_compute_ce.${name}`].value).toBeCloseTo(r2gen[name], 12);
    expect(metrics['rgrg.micro_5.f1'].signature).toContain('|labeler:chexbert|n:60|');
    for (const [name, { value, interval }] of Object.entries(metrics))
      expect([name, interval === undefined]).toEqual([name, value === null]);
    expect(metrics['rgrg.micro_5.f1'].interval).toMatchObject({ replicates: 20 });
    const chosen = await callCxr([...words, '--conventions', 'r2gen_compute_ce']);
    const names = Object.keys((JSON.parse(chosen.stdout) as EvalJson).metrics);
    expect(names.every((name) => name.startsWith('r2gen_compute_ce.'))).toBe(true);
  });

  it('writes a page with both texts of the worst reports', async () => {
    const report = (id: string, text: string): object => ({ id, report: text });
    const references = await folder.lines('references.jsonl', [
      report('a', 'No pneumothorax or effusion.'),
      report('b', 'The heart is enlarged.'),
    ]);
    const candidates = await folder.lines('candidates.jsonl', [
      report('a', 'Large pneumothorax and effusion.'),
      report('b', 'The heart is enlarged.'),
    ]);
    const html = folder.at('labels.html');
    const words = ['eval', 'labels', candidates, '--against', references, '--html', html];
    const { code, stdout } = await callCxr([...words, '--compare', references, '--trials', '100']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/rgrg\.micro_14\.f1 +0\.\d{4} +1\.0000 +-0\.\d{4}/);
    const page = await readFile(html, 'utf8');
    expect(page.match(/class="case"/g)).toHaveLength(1);
    expect(page).toContain('<mark>Large</mark> pneumothorax <mark>and</mark> effusion.');
    expect(page).toMatch(/No Finding, .*Pneumothorax.*Pleural Effusion/);
  });

  it.each([
    ['a label outside the set', { id: 'x', labels: { Edema: 2 } }, /1, 0, -1 or blank.*line 1/],
    ['neither report nor labels', { id: 'x', text: 'Clear.' }, /a "report", or labels.*line 1/],
    ['no id', { report: 'Clear.' }, /"id".*line 1/],
  ])('refuses %s by its line', async (_what, row, message) => {
    const file = await folder.lines('bad.jsonl', [row]);
    const { code, stdout, stderr } = await callCxr(['eval', 'labels', file]);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('refuses what it would ignore, and unknown conventions', async () => {
    const file = await folder.lines('one.jsonl', [{ id: 'x', report: 'Clear.' }]);
    const bootstrap = await callCxr(['eval', 'labels', file, '--bootstrap', '10']);
    expect([bootstrap.code, bootstrap.stderr]).toEqual([2, expect.stringMatching(/--against/)]);
    const convention = await callCxr(['eval', 'labels', file, '--conventions', 'mine']);
    expect(convention.stderr).toMatch(/"mine" is no convention\. They are: rgrg\.micro_5/);
  });
});

describe('cxr eval labels --labeler FOLDER', () => {
  const TEXTS = [
    'No pleural effusion is seen.',
    'The  lungs\n are clear. ',
    'Severe cardiomegaly with edema, device in place.',
    '',
  ];
  let chexbert: TinyChexbert;
  let reports: string;
  beforeAll(async () => {
    chexbert = await writeTinyChexbert(folder.at('chexbert'));
    const rows = TEXTS.map((report, i) => ({ id: `r${i}`, report }));
    reports = await folder.lines('texts.jsonl', rows);
  });
  const label = (...words: readonly string[]): ReturnType<typeof callCxr> =>
    callCxr(['eval', 'labels', reports, '--device', 'cpu', '--threads', '1', ...words]);

  it('prints what the heads of the graph say, by name', async () => {
    const { code, stdout, stderr } = await label('--labeler', folder.at('chexbert'));
    expect([code, stderr]).toEqual([0, expect.stringMatching(/finding +positive/)]);
    const read = TEXTS.map((text) => text.trim().replace(/\s+/g, ' '));
    const expected = read.map((text, i) => ({
      id: `r${i}`,
      labels: Object.fromEntries(
        CHEXPERT_FINDINGS.map((finding) => [finding, chexbert.label(text, finding)]),
      ),
    }));
    expect(jsonLines(stdout)).toEqual(expected);
    const labels = expected.flatMap((row) => Object.values(row.labels));
    expect(new Set(labels)).toEqual(new Set([null, 1, 0, -1]));
  });

  it('names the model in the signatures, and takes given labels as they are', async () => {
    const given = await folder.lines(
      'given.jsonl',
      TEXTS.map((_, i) => ({ id: `r${i}`, labels: { Edema: i % 2 } })),
    );
    const words = ['--labeler', folder.at('chexbert'), '--against', given, '--json'];
    const { code, stdout } = await label(...words, '--conventions', 'rgrg.per_condition');
    expect(code).toBe(0);
    const { metrics } = JSON.parse(stdout) as EvalJson;
    const { signature, value } = metrics['rgrg.per_condition.Edema.f1'];
    expect(signature).toContain('|labeler:tiny-chexbert@0.0.1|n:4|');
    const isFound = (label: number | null): boolean => label === 1 || label === -1;
    const found = TEXTS.map((text) =>
      isFound(chexbert.label(text.trim().replace(/\s+/g, ' '), 'Edema')),
    );
    const both = found.filter((is, i) => is && i % 2 === 1).length;
    expect(value).toBeCloseTo((2 * both) / (found.filter(Boolean).length + 2), 12);
  });

  it('refuses what is no CheXbert', async () => {
    const missing = await label('--labeler', folder.at('nowhere'));
    expect([missing.code, missing.stdout]).toEqual([expect.any(Number), '']);
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toMatch(/nowhere/);
    await writeTinyChexbert(folder.at('heads'), { labels: CHEXPERT_FINDINGS.slice(1) });
    const heads = await label('--labeler', folder.at('heads'));
    expect(heads.stderr).toMatch(/14 CheXpert findings in "labels".*got 13 for 14 outputs without/);
    await writeTinyChexbert(folder.at('bare'), { template: null });
    const bare = await label('--labeler', folder.at('bare'));
    expect(bare.stderr).toMatch(/adds 0 tokens to a text, not \[CLS\] and \[SEP\]/);
  });
});
