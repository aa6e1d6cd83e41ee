import type { BleuCounts } from './bleu-counts.js';

/**
 * Computes BLEU in [0, 100] with exponential smoothing: the i-th order without a match counts as 2^-i matches.
 *
 * @param effective - Whether orders the candidate is too short for are left out (`eff:yes`, sacreBLEU's habit for
 *   single sentences); else they make the value 0.
 * @see Post 2018; mjpost/sacrebleu, `smooth:exp`
 */
export function sacreBleu(counts: BleuCounts, order: number, effective: boolean): number {
  const { correct, total, candidateLength, referenceLength } = counts;
  if (!correct.subarray(0, order).some((count) => count > 0)) return 0;
  let logs = 0;
  let smooth = 1;
  const orders = effective ? total.subarray(0, order).filter((count) => count > 0).length : order;
  for (let k = 0; k < orders; k++) {
    if (total[k] === 0) return 0;
    if (correct[k] === 0) smooth *= 2;
    logs += Math.log(correct[k] === 0 ? 100 / (smooth * total[k]) : (100 * correct[k]) / total[k]);
  }
  const penalty =
    candidateLength < referenceLength ? Math.exp(1 - referenceLength / candidateLength) : 1;
  return penalty * Math.exp(logs / orders);
}

const ENTITIES: readonly (readonly [string, string])[] = [
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/**
 * Splits a text as sacreBLEU's default tokeniser `13a` does (after NIST's mteval-v13a): punctuation apart, dots and
 * commas kept between digits, hyphens split after a digit; case kept.
 */
export function tokenize13a(text: string): string[] {
  let line = text.trimEnd().replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  for (const [entity, character] of ENTITIES) line = line.replaceAll(entity, character);
  return ` ${line} `
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .split(/\s+/)
    .filter((token) => token !== '');
}
