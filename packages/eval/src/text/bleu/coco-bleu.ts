import type { BleuCounts } from './bleu-counts.js';

const TINY = 1e-15;
const SMALL = 1e-9;

/**
 * Computes BLEU in [0, 1] as pycocoevalcap prints it, corpus and sentence alike: a tiny constant keeps every quotient
 * finite, and the brevity penalty falls below length 1.
 *
 * @see salaniz/pycocoevalcap, bleu (formula only)
 */
export function cocoBleu(counts: BleuCounts, order: number): number {
  const { correct, total, candidateLength, referenceLength } = counts;
  let product = 1;
  for (let k = 0; k < order; k++) product *= (correct[k] + TINY) / (total[k] + SMALL);
  const ratio = (candidateLength + TINY) / (referenceLength + SMALL);
  const value = product ** (1 / order);
  return ratio < 1 ? value * Math.exp(1 - 1 / ratio) : value;
}
