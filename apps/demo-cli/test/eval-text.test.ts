import { readFile } from 'node:fs/promises';
import { CLINICAL_CONVENTIONS, PREPROCESSINGS } from '@cxrkit/eval';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONVENTIONS } from '../src/commands/eval/labels-options.js';
import { PREPROCESSINGS as OFFERED } from '../src/commands/eval/text-options.js';
import { type EvalJson, golden, TestFolder } from './eval-files.js';
import { callCxr } from './run-cxr.js';

interface Item {
  readonly candidate: string;
  readonly references: readonly string[];
}

interface TextGolden {
  readonly items: readonly Item[];
  readonly toy_paraphrase_table: readonly {
    readonly prob: number;
    readonly reference: string;
    readonly paraphrase: string;
  }[];
  readonly suites: Readonly<Record<string, { readonly corpus: Readonly<Record<string, number>> }>>;
}

const GOLDEN_NAMES: Readonly<Record<string, string>> = {
  ...{ bleu1: 'Bleu_1', bleu2: 'Bleu_2', bleu3: 'Bleu_3', bleu4: 'Bleu_4', rougeL: 'ROUGE_L' },
  ...{ cider: 'CIDEr', ciderD: 'CIDEr_D', meteor: 'METEOR_1.5_no_paraphrase' },
};

const ROWS = [
  { id: 'a', candidate: 'The lungs are clear.', references: ['The lungs are clear.'] },
  { id: 'b', candidate: 'Large effusion.', references: ['No effusion is seen.'] },
  { id: 'c', candidate: 'Heart size is normal.', references: ['The heart is of normal size.'] },
];

let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
  await folder.lines('rows.jsonl', ROWS);
});
afterAll(() => folder.remove());

/** Runs `cxr eval text ... --json`. */
async function evalText(...words: readonly string[]): Promise<EvalJson> {
  const { code, stdout, stderr } = await callCxr(['eval', 'text', ...words, '--json', '-q']);
  expect([stderr, code]).toEqual(['', 0]);
  return JSON.parse(stdout) as EvalJson;
}

describe('cxr eval text', () => {
  const { items, suites, toy_paraphrase_table: paraphrases } = golden<TextGolden>('nlg');
  const rows = items.map((item, i) => ({ id: `item ${i}`, ...item }));

  it.each(Object.keys(suites))(
    'has the digits of the reference programs after %s',
    async (name) => {
      const file = await folder.lines('golden.jsonl', rows);
      const { metrics, ...rest } = await evalText(file, '--preprocess', name);
      expect(rest).toEqual({});
      expect(Object.keys(metrics)).toEqual([
        ...['bleu1', 'bleu2', 'bleu3', 'bleu4', 'rougeL', 'cider', 'ciderD', 'meteor'],
      ]);
      for (const [metric, { value, signature, ...more }] of Object.entries(metrics)) {
        expect(value).toBeCloseTo(suites[name].corpus[GOLDEN_NAMES[metric]], 12);
        expect(signature).toMatch(new RegExp(`^${metric}\\|prep:${name}\\|refs:.*\\|n:74\\|v1$`));
        expect(more).toEqual({});
      }
    },
  );

  it('takes METEOR paraphrases and further metrics by name', async () => {
    const file = await folder.lines('golden.jsonl', rows);
    const table = await folder.write(
      'paraphrases.txt',
      paraphrases.map((one) => `${one.prob}\n${one.reference}\n${one.paraphrase}\n`).join(''),
    );
    const { metrics } = await evalText(
      ...[file, '--metrics', 'meteor,CIDEr_D_constant_df', '--paraphrases', table],
    );
    const { corpus } = suites.ptb;
    expect(metrics.meteor.value).toBeCloseTo(corpus['METEOR_1.5_toy_paraphrase'], 12);
    expect(metrics.CIDEr_D_constant_df.value).toBeCloseTo(corpus.CIDEr_D_constant_df, 12);
  });

  it("cuts and codes references as R2Gen's test loop does", async () => {
    const training = ['The lungs are clear. The heart is normal.', 'The lungs are clear.'];
    const annotation = await folder.write(
      'training.json',
      JSON.stringify({
        train: training.map((report, i) => ({ id: `t${i}`, report })),
        test: [{ id: 'x', report: 'Effusion effusion effusion.' }],
      }),
    );
    const file = await folder.lines('long.jsonl', [
      { id: 'a', candidate: 'The lungs are <unk> .', references: ['The lungs are hazy. Clear.'] },
    ]);
    const cut = ['--reference-tokens', '5', '--vocabulary', annotation];
    const words = [file, '--preprocess', 'none', '--metrics', 'bleu1,rougeL,googleRouge1'];
    const { metrics } = await evalText(...words, ...cut, '--vocabulary-threshold', '2');
    // `The lungs are hazy. Clear.` becomes `The lungs are <unk> <unk>`: 4 of 5 words.
    expect(metrics.bleu1.value).toBeCloseTo(0.8, 8);
    expect(metrics.rougeL.value).toBeCloseTo(0.8, 12);
    expect(metrics.rougeL.signature).toContain('|reftext:first5+vocab4|');
    expect(metrics.googleRouge1.signature).toContain('|reftext:full|');
    const lone = await callCxr(['eval', 'text', file, '--reference-tokens', '5']);
    expect([lone.code, lone.stderr]).toEqual([
      2,
      expect.stringMatching(/Expected both.*--vocabulary/),
    ]);
  });

  it('takes other styles of BLEU and the share of distinct candidates', async () => {
    const file = await folder.lines('golden.jsonl', rows);
    const names = 'hfBleu4,nltkBleu4,sacreBleu4,googleRougeL,distinctRatio';
    const words = [file, '--metrics', names, '--bootstrap', '20'];
    const { metrics, comparison } = await evalText(...words, '--compare', file, '--trials', '100');
    expect(Object.keys(metrics)).toEqual(names.split(','));
    expect(comparison?.map(({ name, p }) => [name, p])).toEqual(
      names.split(',').map((name) => [name, 1]),
    );
    const { scoreText } = await import('@cxrkit/eval');
    const pairs = rows.map(({ id, candidate, references }) => ({ id, candidate, references }));
    const { distinctRatio, googleRougeL } = scoreText(pairs, {
      metrics: ['distinctRatio', 'googleRougeL'],
    }).metrics;
    expect(metrics.distinctRatio).toMatchObject({
      value: distinctRatio.value,
      signature: distinctRatio.signature,
      interval: { replicates: 20 },
    });
    expect(metrics.googleRougeL.value).toBe(googleRougeL.value);
    expect(metrics.sacreBleu4.signature).toMatch(/^sacreBleu4\|prep:none\|.*style:sacrebleu/);
    const alone = await evalText(file, '--metrics', 'distinctRatio', '--html', folder.at('d.html'));
    expect(alone.metrics.distinctRatio.value).toBe(distinctRatio.value);
  });

  it('reads the same from CSV with other column names', async () => {
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const lines = ROWS.map(
      (row) => `${row.id},${quoted(row.candidate)},${quoted(row.references[0])},`,
    );
    const csv = await folder.write(
      'rows.csv',
      `\ufeffstudy,generated,first,second\r\n${lines.join('\r\n')}\r\n`,
    );
    const columns = 'id=study,candidate=generated,references=first+second';
    expect(await evalText(csv, '--columns', columns)).toEqual(
      await evalText(folder.at('rows.jsonl')),
    );
  });

  it("joins references of R2Gen's annotation by id", async () => {
    const annotation = await folder.write(
      'annotation.json',
      JSON.stringify({
        train: [{ id: 'z', report: 'Other.', image_path: [] }],
        test: ROWS.map(({ id, references }) => ({ id, report: references[0], image_path: [] })),
      }),
    );
    const candidates = await folder.lines(
      'candidates.jsonl',
      ROWS.map(({ id, candidate }) => ({ id, candidate })),
    );
    const words = [candidates, '--references', annotation, '--split', 'test'];
    expect(await evalText(...words)).toEqual(await evalText(folder.at('rows.jsonl')));
  });

  it('adds intervals of the bootstrap, the same for the same seed', async () => {
    const file = await folder.lines('golden.jsonl', rows);
    const words = [file, '--metrics', 'rougeL', '--bootstrap', '200'];
    const { metrics } = await evalText(...words, '--confidence', '0.9', '--seed', '3');
    const { value, interval } = metrics.rougeL;
    expect(interval).toMatchObject({
      ...{ confidence: 0.9, method: 'percentile', replicates: 200, seed: 3 },
    });
    expect(interval?.low).toBeLessThan(value ?? 0);
    expect(interval?.high).toBeGreaterThan(value ?? 1);
    expect(await evalText(...words, '--confidence', '0.9', '--seed', '3')).toEqual({ metrics });
    expect(await evalText(...words, '--confidence', '0.9')).not.toEqual({ metrics });
  });

  it('tests a second system on the same items, in any order', async () => {
    const perfect = await folder.lines(
      'perfect.jsonl',
      ROWS.map((row) => ({ ...row, candidate: row.references[0] })).reverse(),
    );
    const words = ['--metrics', 'rougeL,bleu1', '--trials', '200'];
    const { comparison } = await evalText(perfect, '--compare', folder.at('rows.jsonl'), ...words);
    expect(comparison?.map(({ name }) => name)).toEqual(['rougeL', 'bleu1']);
    for (const { difference, p, pAdjusted } of comparison ?? []) {
      expect(difference).toBeGreaterThan(0);
      // Two of three items differ: a quarter of the swaps are as far apart on either side.
      expect(p).toBeGreaterThan(0.3);
      expect(pAdjusted).toBeGreaterThanOrEqual(p ?? 1);
    }
    const other = await folder.lines('other.jsonl', ROWS.slice(1));
    const { code, stderr } = await callCxr(
      ['eval', 'text', folder.at('rows.jsonl'), '--compare', other].concat(words),
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(/the same 3 ids.*got 2/)]);
  });

  it('prints a table, and writes JSON and a page that holds everything', async () => {
    const [out, html] = [folder.at('out/scores.json'), folder.at('out/report.html')];
    const rows = [...ROWS, { id: '<d>', candidate: '', references: ['A & B.'] }];
    const file = await folder.lines('four.jsonl', rows);
    const words = ['eval', 'text', file, '--out', out, '--html', html, '--worst', '2'];
    const { code, stdout, stderr } = await callCxr(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^metric +value +n +signature\n-+ .*\nbleu1 +0\.\d{4} +4 +bleu1\|prep:ptb/,
    );
    expect(stderr).toContain('Empty candidates: 1.');
    const written = JSON.parse(await readFile(out, 'utf8'));
    expect(written).toMatchObject({ files: [file], n: 4, skipped: { count: 0 } });
    expect(Object.keys(written.metrics)).toHaveLength(8);
    const page = await readFile(html, 'utf8');
    expect(page).toContain('Not a medical device');
    expect(page.match(/class="case"/g)).toHaveLength(2);
    expect(page).toContain('&lt;d&gt;');
    expect(page).toContain('<mark>A &amp; B.</mark>');
    expect(page).not.toMatch(/(?:src|href)="http|@import|<script/);
  });
});

describe('help', () => {
  it.each(['text', 'labels', 'classification', 'detection', 'images', 'pairs'])(
    'of cxr eval %s has examples and the global options',
    async (name) => {
      const { code, stdout } = await callCxr(['eval', name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Examples:\n  $ cxr eval ${name} `);
      expect(stdout).toContain('--skip-invalid');
      expect(stdout).toContain('--seed <n>');
    },
  );

  it('lists what the package has', () => {
    expect(OFFERED).toEqual(PREPROCESSINGS);
    expect(CONVENTIONS).toEqual(CLINICAL_CONVENTIONS);
  });
});

describe('bad texts', () => {
  it.each([
    ['a missing id', '{"candidate":"x","references":["y"]}', /"id".*line 2/],
    ['an id twice', '{"id":"a","candidate":"x","references":["y"]}', /an id of its own.*line 2/],
    ['no candidate', '{"id":"b","references":["y"]}', /"candidate" in .*line 2, got undefined/],
    ['no reference', '{"id":"b","candidate":"x","references":[]}', /at least one text.*line 2/],
    ['a reference that is no text', '{"id":"b","candidate":"x","references":[1]}', /line 2, got 1/],
    ['malformed JSON', '{"id":"b",', /a JSON object.*line 2/],
  ])('with %s name their line, or are skipped and counted', async (_what, line, message) => {
    const file = await folder.write('bad.jsonl', `${JSON.stringify(ROWS[0])}\n${line}\n`);
    const stopped = await callCxr(['eval', 'text', file, '--json']);
    expect([stopped.code, stopped.stdout]).toEqual([2, '']);
    expect(stopped.stderr).toMatch(message);
    const skipped = await callCxr(['eval', 'text', file, '--json', '--skip-invalid']);
    expect(skipped.code).toBe(0);
    expect(skipped.stderr).toMatch(/^Skipped 1, such as:\n/);
    expect(skipped.stderr).toMatch(message);
    expect(JSON.parse(skipped.stdout).metrics.bleu1.signature).toContain('|n:1|');
  });

  it('are refused where ids of references and candidates differ', async () => {
    const references = await folder.lines('references.jsonl', [
      { id: 'a', reference: 'x' },
      { id: 'q', reference: 'x' },
    ]);
    const words = ['eval', 'text', folder.at('rows.jsonl'), '--references', references];
    const { code, stderr } = await callCxr(words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/an id that has references.*line 2/)]);
    const skipped = await callCxr([...words, '--skip-invalid', '--json']);
    expect(skipped.code).toBe(0);
    expect(skipped.stderr).toMatch(/Skipped 3/);
    expect(skipped.stderr).toMatch(/a candidate for references "q"/);
  });

  it.each([
    [['--metrics', 'bleu5'], /some of bleu1, .*"bleu5"/],
    [['--preprocess', 'coco'], /Allowed choices are ptb/],
    [['--bootstrap', '1'], /whole number of 2 or more/],
    [['--confidence', '95'], /between 0 and 1/],
    [['--encoding', 'klingon'], /a label of the Encoding Standard/],
    [['--columns', 'id'], /name=column/],
    [['--threshold', '0.5'], /unknown option '--threshold'/],
  ])('%j is refused', async (words, message) => {
    const { code, stdout, stderr } = await callCxr([
      'eval',
      'text',
      folder.at('rows.jsonl'),
      ...words,
    ]);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('are refused when all are skipped', async () => {
    const file = await folder.write('all-bad.jsonl', '{}\n');
    const { code, stderr } = await callCxr(['eval', 'text', file, '--skip-invalid']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/at least one pair of texts/)]);
  });
});
