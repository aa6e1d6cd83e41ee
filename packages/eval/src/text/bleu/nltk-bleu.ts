import type { BleuCounts } from './bleu-counts.js';

/** NLTK's smoothing functions (Chen & Cherry 2014); `none` is its `method0`. Its `method6` is not there. */
export type NltkSmoothing =
  | 'none'
  | 'method1'
  | 'method2'
  | 'method3'
  | 'method4'
  | 'method5'
  | 'method7';

/** Smallest normal double, which NLTK puts in place of a precision of 0. */
const FLOAT_MIN = 2.2250738585072014e-308;

/** Precisions of a corpus or sentence, before smoothing. */
interface Precisions {
  /** Numerators, one order more than asked (`method5` looks ahead). */
  readonly correct: readonly number[];
  /** At least 1 an item, as in NLTK. */
  readonly total: readonly number[];
  readonly order: number;
  readonly candidateLength: number;
}

const SMOOTHINGS: Readonly<Record<NltkSmoothing, (precisions: Precisions) => number[]>> = {
  none: (p) => orders(p, (k) => p.correct[k] / p.total[k] || FLOAT_MIN),
  method1: (p) => orders(p, (k) => (p.correct[k] || 0.1) / p.total[k]),
  method2: (p) =>
    orders(p, (k) => (k === 0 ? p.correct[0] / p.total[0] : (p.correct[k] + 1) / (p.total[k] + 1))),
  method3: (p) => {
    let zeros = 0;
    return orders(p, (k) => (p.correct[k] || 1 / 2 ** ++zeros) / p.total[k]);
  },
  method4: lengthAware,
  method5: (p) =>
    averaged(
      p,
      orders(p, (k) => p.correct[k] / p.total[k]),
    ),
  method7: (p) => averaged(p, lengthAware(p)),
};

/**
 * Computes BLEU in [0, 1] as NLTK 3.8's `corpus_bleu` with equal weights; of one item, as its `sentence_bleu`. 0 where
 * no single word matches.
 *
 * @param counts - To `order + 1`, totals at least 1 an item.
 * @see nltk.translate.bleu_score. Its corpus value under `method5` and `method7` looks at the last sentence only (a
 * bug); here it looks at all.
 */
export function nltkBleu(counts: BleuCounts, order: number, smoothing: NltkSmoothing): number {
  const { candidateLength, referenceLength } = counts;
  const correct = [...counts.correct];
  if (correct[0] === 0) return 0;
  const total = [...counts.total];
  const precisions = SMOOTHINGS[smoothing]({ correct, total, order, candidateLength });
  const logs = precisions.map((p) => (p > 0 ? Math.log(p) / order : 0)).reduce((a, b) => a + b);
  const penalty =
    candidateLength > referenceLength ? 1 : Math.exp(1 - referenceLength / candidateLength);
  return penalty * Math.exp(logs);
}

/** Tells whether a text names a smoothing. */
export function isNltkSmoothing(name: string): name is NltkSmoothing {
  return Object.hasOwn(SMOOTHINGS, name);
}

function orders({ order }: Precisions, value: (k: number) => number): number[] {
  return Array.from({ length: order }, (_, k) => value(k));
}

/** `method4`: short candidates get smaller counts. */
function lengthAware(p: Precisions): number[] {
  let zeros = 0;
  return orders(p, (k) => {
    if (p.correct[k] > 0 || p.candidateLength <= 1) return p.correct[k] / p.total[k];
    return 1 / ((2 ** ++zeros * 5) / Math.log(p.candidateLength)) / p.total[k];
  });
}

/** `method5`: each precision is averaged with its neighbours, the one before already averaged. */
function averaged(p: Precisions, precisions: readonly number[]): number[] {
  const next = [...precisions.slice(1), p.correct[p.order] / p.total[p.order]];
  let before = precisions[0] + 1;
  return precisions.map((precision, k) => {
    before = (before + precision + next[k]) / 3;
    return before;
  });
}
