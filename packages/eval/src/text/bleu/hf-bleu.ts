import type { BleuCounts } from './bleu-counts.js';

/**
 * Computes BLEU in [0, 1] without smoothing, 0 where any order has no match.
 *
 * @see tensorflow/nmt, scripts/bleu.py; Hugging Face evaluate's `bleu` is the same. Wants the shortest reference length.
 */
export function hfBleu(counts: BleuCounts, order: number): number {
  const { correct, total, candidateLength, referenceLength } = counts;
  let logs = 0;
  for (let k = 0; k < order; k++) {
    if (correct[k] === 0) return 0;
    logs += Math.log(correct[k] / total[k]) / order;
  }
  const ratio = candidateLength / referenceLength;
  return Math.exp(logs) * (ratio > 1 ? 1 : Math.exp(1 - 1 / ratio));
}
