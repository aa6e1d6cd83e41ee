import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Metric } from '../score/metric.js';
import { bleu } from './bleu/bleu.js';
import type { NltkSmoothing } from './bleu/nltk-bleu.js';
import { preprocess } from './preprocess/preprocess.js';
import { type GoogleRougeVariant, googleRouge } from './rouge/google-rouge.js';
import { scoreText } from './score-text.js';
import type { TextPair } from './text-pair.js';

type Values = Record<string, readonly number[]>;
interface Suite {
  readonly candidates: readonly string[];
  readonly references: readonly (readonly string[])[];
  readonly corpus: Record<string, number>;
  readonly per_sentence: Values;
}
interface Golden {
  readonly items: readonly Omit<TextPair, 'id'>[];
  readonly suites: Record<'ptb' | 'r2gen_iu' | 'r2gen_mimic' | 'rgrg', Suite>;
  readonly extra: {
    readonly rouge_google: Record<'stem_false' | 'stem_true', readonly Values[]>;
    readonly bleu_nltk_on_ptb_tokens: Values & { readonly corpus_no_smoothing: number };
    readonly sacrebleu_13a: { readonly score: number; readonly sentence: readonly number[] };
    readonly hf_bleu_style: Record<string, number>;
  };
}

const golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/nlg.json', import.meta.url), 'utf8'),
) as Golden;
const pairs: TextPair[] = golden.items.map((item, i) => ({ id: `${i}`, ...item }));

const KEYS = [
  ['bleu1', 'Bleu_1'],
  ['bleu2', 'Bleu_2'],
  ['bleu3', 'Bleu_3'],
  ['bleu4', 'Bleu_4'],
  ['rougeL', 'ROUGE_L'],
  ['cider', 'CIDEr'],
  ['ciderD', 'CIDEr_D'],
  ['CIDEr_D_constant_df', 'CIDEr_D_constant_df'],
] as const;

/** Largest difference of item values and of the corpus value. */
function differences(
  metric: Metric<TextPair>,
  items: readonly number[],
  corpus?: number,
): { readonly items: number; readonly corpus: number } {
  const sum = new Float64Array(metric.length);
  const each = pairs.map((pair, i) => {
    const stats = metric.stats(pair);
    for (const [j, value] of stats.entries()) sum[j] += value;
    return Math.abs((metric.finalise(stats) ?? Number.NaN) - items[i]);
  });
  const whole = metric.finalise(sum) ?? Number.NaN;
  return { items: Math.max(...each), corpus: corpus === undefined ? 0 : Math.abs(whole - corpus) };
}

describe.each(Object.entries(golden.suites))('pycocoevalcap under %s', (name, suite) => {
  const preprocessing = name as keyof Golden['suites'];
  const scores = scoreText(pairs, { preprocessing, metrics: KEYS.map(([key]) => key) });

  it('prepares texts alike', () => {
    expect(pairs.map(({ candidate }) => preprocess(candidate, preprocessing))).toEqual(
      suite.candidates,
    );
    expect(
      pairs.map(({ references }) => references.map((text) => preprocess(text, preprocessing))),
    ).toEqual(suite.references);
  });

  it.each(KEYS)('gives %s', (key, golden) => {
    expect(Math.abs((scores.metrics[key].value ?? Number.NaN) - suite.corpus[golden])).toBeLessThan(
      1e-12,
    );
    const each = suite.per_sentence[golden].map((value, i) =>
      Math.abs(value - scores.perItem[key][i]),
    );
    expect(Math.max(...each)).toBeLessThan(1e-12);
  });
});

describe('other styles of BLEU', () => {
  it.each([1, 2, 3, 4])('gives BLEU-%i of Hugging Face', (order) => {
    const metric = bleu({ order, style: 'hf' });
    const sum = new Float64Array(metric.length);
    for (const pair of pairs) for (const [j, x] of metric.stats(pair).entries()) sum[j] += x;
    expect(metric.finalise(sum)).toBeCloseTo(golden.extra.hf_bleu_style[`bleu_${order}`], 12);
  });

  it('gives sacreBLEU, corpus and sentences', () => {
    const { score, sentence } = golden.extra.sacrebleu_13a;
    const whole = differences(bleu({ style: 'sacrebleu' }), sentence, score);
    expect(whole.corpus).toBeLessThan(1e-10); // of 100
    const each = differences(bleu({ style: 'sacrebleu', effectiveOrder: true }), sentence);
    expect(each.items).toBeLessThan(1e-10);
  });

  it.each(['method1', 'method2', 'method3', 'method4', 'method5', 'method7'] as const)(
    'gives sentences of NLTK with %s',
    (smoothing: NltkSmoothing) => {
      const values = golden.extra.bleu_nltk_on_ptb_tokens[smoothing];
      expect(differences(bleu({ style: 'nltk', smoothing }), values).items).toBeLessThan(1e-12);
    },
  );

  it('gives the corpus of NLTK without smoothing', () => {
    const { corpus_no_smoothing: corpus } = golden.extra.bleu_nltk_on_ptb_tokens;
    expect(differences(bleu({ style: 'nltk' }), [], corpus).corpus).toBeLessThan(1e-12);
  });
});

describe.each([
  ['stem_false', false],
  ['stem_true', true],
] as const)('google ROUGE, %s', (key, stem) => {
  it.each(['rouge1', 'rouge2', 'rougeL', 'rougeLsum'] as const)(
    'gives %s',
    (variant: GoogleRougeVariant) => {
      for (const [at, part] of (['precision', 'recall', 'f1'] as const).entries()) {
        const values = golden.extra.rouge_google[key].map((scores) => scores[variant][at]);
        expect(differences(googleRouge({ variant, stem, part }), values).items).toBeLessThan(1e-12);
      }
    },
  );
});
