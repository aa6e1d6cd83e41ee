import { InvalidInputError } from '@cxrkit/core';
import type { Resampled } from '../../score/metric.js';
import { type Score, score } from '../../score/score.js';
import { CurveReader } from './coco-curve.js';
import type { CocoId } from './coco-data.js';
import { categoryConvention } from './coco-value.js';
import { HIT, MISS } from './match-group.js';
import type { CocoMatches } from './match-images.js';

/** Choices of {@link froc}. */
export interface FrocOptions {
  /**
   * One of the thresholds the boxes were matched at.
   *
   * @defaultValue the first
   */
  readonly iouThreshold?: number;
  /**
   * Rates at which sensitivity is read.
   *
   * @defaultValue 1/8, 1/4, 1/2, 1, 2, 4, 8 (Setio et al. 2017, LUNA16)
   */
  readonly falsePositivesPerImage?: readonly number[];
  /** Id of one category; the mean over those with a true box if absent. */
  readonly category?: CocoId;
}

/** Sensitivity to true boxes against false boxes an image. */
export interface Froc {
  /** Mean sensitivity over the rates, `froc`. */
  readonly score: Score;
  readonly falsePositivesPerImage: readonly number[];
  /** Sensitivity in [0, 1] at each rate; empty where there is no true box. */
  readonly sensitivities: readonly number[];
  /** For intervals of the mean sensitivity. */
  readonly resampled: Resampled;
}

const RATES = [0.125, 0.25, 0.5, 1, 2, 4, 8];

/**
 * Reads the free-response curve (Bunch et al. 1978) off matches: at each rate the largest sensitivity of any score
 * threshold with no more false boxes an image, without interpolation. Detections of equal score enter together.
 *
 * @throws {@link InvalidInputError} for a threshold or category that was not matched, or rates not above 0.
 */
export function froc(matches: CocoMatches, options: FrocOptions = {}): Froc {
  const { iouThresholds } = matches.settings;
  const { iouThreshold = iouThresholds[0], falsePositivesPerImage: rates = RATES } = options;
  const threshold = iouThresholds.indexOf(iouThreshold);
  if (threshold < 0)
    throw new InvalidInputError('iouThreshold', `one of ${iouThresholds.join(', ')}`, iouThreshold);
  if (rates.length === 0 || !rates.every((rate) => rate > 0))
    throw new InvalidInputError('falsePositivesPerImage', 'rates above 0', rates);
  const { category } = options;
  const places = [...matches.categories.keys()].filter(
    (k) => category === undefined || matches.categories[k]?.id === category,
  );
  if (category !== undefined && places.length === 0)
    throw new InvalidInputError('category', 'the id of a category', category);
  const reader = new CurveReader(matches);
  const read = (counts?: ArrayLike<number>): number[] =>
    meanRows(places.map((k) => sensitivitiesOf(matches, reader, k, threshold, rates, counts)));
  const resampled: Resampled = {
    n: matches.images.length,
    value: (counts) => mean(read(counts)),
  };
  const sensitivities = read();
  const value = mean(sensitivities);
  const convention = {
    [matches.settings.overlap]: iouThreshold,
    fps: rates.join(','),
    ...categoryConvention(matches.settings, category),
    interpolation: 'none',
  };
  const more = value === null ? { reason: 'no true box counts here' } : {};
  return {
    score: score('froc', convention, matches.images.length, value, more),
    falsePositivesPerImage: rates,
    sensitivities,
    resampled,
  };
}

function sensitivitiesOf(
  matches: CocoMatches,
  reader: CurveReader,
  category: number,
  threshold: number,
  rates: readonly number[],
  counts?: ArrayLike<number>,
): number[] {
  const positives = reader.positives(category, 0, counts);
  if (positives === 0) return [];
  const { settings, byCategory } = matches;
  const { order, scores, states, images } = byCategory[category];
  const stride = settings.areas.length * settings.iouThresholds.length;
  const drawn = counts === undefined ? matches.images.length : total(counts);
  const best = rates.map(() => 0);
  let hits = 0;
  let misses = 0;
  for (let i = 0; i < order.length; i++) {
    const d = order[i];
    const weight = counts === undefined ? 1 : counts[images[d]];
    const state = states[d * stride + threshold]; // area range 0 is `all`
    if (state === HIT) hits += weight;
    if (state === MISS) misses += weight;
    const isTied = i + 1 < order.length && scores[order[i + 1]] === scores[d];
    if (isTied) continue;
    for (let r = 0; r < rates.length; r++)
      if (misses <= rates[r] * drawn) best[r] = hits / positives;
  }
  return best;
}

function meanRows(rows: readonly (readonly number[])[]): number[] {
  const full = rows.filter((row) => row.length > 0);
  if (full.length === 0) return [];
  return full[0].map((_, r) => full.reduce((sum, row) => sum + row[r], 0) / full.length);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}
