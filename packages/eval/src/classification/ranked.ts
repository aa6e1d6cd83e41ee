/**
 * Scored binary labels, sorted once by descending score, so that every ranked metric of any resample of the items is
 * one linear pass.
 */
export interface Ranked {
  /** Items that counts of a resample speak of. */
  readonly n: number;
  /** `[M]` item of each entry, best score first. */
  readonly item: Uint32Array;
  /** `[M]` 0 or 1; floating point, for products of integers cost a check of the sign of zero each. */
  readonly label: Float32Array;
  /** `[M]` descending. */
  readonly score: Float64Array;
  /** `[M]` 1 where the next score is another, 0 inside a tie. */
  readonly tieEnd: Uint8Array;
}

/**
 * Sorts scored labels.
 *
 * @param items - `[M]` item of each entry; its own index if absent. Several entries may share an item (micro average)
 * and an item may have none (unknown label).
 * @param n - Number of items.
 */
export function rankScores(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  items?: ArrayLike<number>,
  n: number = scores.length,
): Ranked {
  const { length } = scores;
  const values = Float64Array.from(scores);
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  order.sort((a, b) => values[b] - values[a]);
  const ranked = {
    n,
    item: new Uint32Array(length),
    label: new Float32Array(length),
    score: new Float64Array(length),
    tieEnd: new Uint8Array(length),
  };
  for (let i = 0; i < length; i++) {
    const from = order[i];
    ranked.item[i] = items === undefined ? from : items[from];
    ranked.label[i] = labels[from];
    ranked.score[i] = values[from];
    ranked.tieEnd[i] = i + 1 === length || values[order[i + 1]] !== values[from] ? 1 : 0;
  }
  return ranked;
}

/** @returns `[n]` ones: every item once. */
export function onceEach(n: number): Uint16Array {
  return new Uint16Array(n).fill(1);
}

/**
 * Sums, over pairs of a positive and a negative, 2 where the positive scores higher and 1 for a tie.
 *
 * @param counts - `[n]` how often each item is drawn.
 * @returns In [0, 1], or NaN where a class is missing.
 */
export function rankedAuroc({ item, label, tieEnd }: Ranked, counts: ArrayLike<number>): number {
  let positives = 0;
  let negatives = 0;
  let tiePositives = 0;
  let tieNegatives = 0;
  let doubleWins = 0;
  for (let i = 0; i < item.length; i++) {
    const count = counts[item[i]];
    const positive = count * label[i];
    tiePositives += positive;
    tieNegatives += count - positive;
    if (tieEnd[i] === 0) continue;
    doubleWins += tieNegatives * (2 * positives + tiePositives);
    positives += tiePositives;
    negatives += tieNegatives;
    tiePositives = 0;
    tieNegatives = 0;
  }
  return doubleWins / (2 * positives * negatives);
}

/** Makes 0/0 to 0 and changes no other quotient, without a branch. */
const NOTHING = 1e-300;

/**
 * Sums precision times the step of recall over distinct thresholds.
 *
 * @param counts - `[n]` how often each item is drawn.
 * @returns In [0, 1], or NaN without positives.
 */
export function rankedAveragePrecision(
  { item, label, tieEnd }: Ranked,
  counts: ArrayLike<number>,
): number {
  let positives = 0;
  let seen = 0;
  let tiePositives = 0;
  let sum = 0;
  for (let i = 0; i < item.length; i++) {
    const count = counts[item[i]];
    tiePositives += count * label[i];
    seen += count;
    if (tieEnd[i] === 0) continue;
    positives += tiePositives;
    sum += tiePositives * (positives / (seen + NOTHING));
    tiePositives = 0;
  }
  return sum / positives;
}

/**
 * Computes {@link rankedAuroc} and {@link rankedAveragePrecision} in one pass, which takes little longer than one.
 *
 * @param values - Gets both, from `at` on.
 */
export function fillRanked(
  { item, label, tieEnd }: Ranked,
  counts: ArrayLike<number>,
  values: Float64Array,
  at: number,
): void {
  let positives = 0;
  let negatives = 0;
  let tiePositives = 0;
  let tieNegatives = 0;
  let doubleWins = 0;
  let sum = 0;
  for (let i = 0; i < item.length; i++) {
    const count = counts[item[i]];
    const positive = count * label[i];
    tiePositives += positive;
    tieNegatives += count - positive;
    if (tieEnd[i] === 0) continue;
    doubleWins += tieNegatives * (2 * positives + tiePositives);
    positives += tiePositives;
    negatives += tieNegatives;
    sum += tiePositives * (positives / (positives + negatives + NOTHING));
    tiePositives = 0;
    tieNegatives = 0;
  }
  values[at] = doubleWins / (2 * positives * negatives);
  values[at + 1] = sum / positives;
}

/** @returns The number, or `null` for NaN. */
export function defined(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
