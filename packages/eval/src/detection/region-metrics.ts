import {
  ANATOMICAL_REGIONS,
  type AnatomicalRegion,
  type Box,
  boxArea,
  boxIou,
  type DetectedRegion,
  InvalidInputError,
} from '@cxrkit/core';
import { type Metric, mergeStats } from '../score/metric.js';
import { type Score, score } from '../score/score.js';
import { boxIntersection } from './box-iobb.js';
import type { RegionBoxes } from './region-iou.js';

/** Best box of a region; a region that was not detected may still have one. */
export type RegionPrediction = Pick<DetectedRegion, 'name' | 'detected' | 'box'>;

/** Found and true regions of one image; a region without a true box does not count. */
export interface RegionComparison {
  /** At most one a region; a region not listed was not detected. */
  readonly predicted: readonly RegionPrediction[];
  readonly truth: RegionBoxes;
}

/** Which regions a number is about. */
export interface RegionMetricOptions {
  /** One region; all of them if absent. */
  readonly region?: AnatomicalRegion;
  /** How regions are joined: `boxes` pools all boxes, `regions` takes the mean of the regions' own numbers. */
  readonly over?: 'boxes' | 'regions';
}

/** Numbers of the regions of a set of images. */
export interface RegionScores {
  /** `regionIouRgrg`, `regionIouMean`, `regionDetected` over all regions. */
  readonly overall: readonly Score[];
  /** The same of each region that has a true box. */
  readonly byRegion: ReadonlyMap<AnatomicalRegion, readonly Score[]>;
}

type Terms = (prediction: RegionPrediction | undefined, truth: Box) => readonly [number, number];

/**
 * Makes RGRG's region IoU: intersections summed over images, divided by unions summed over images, so large boxes
 * weigh more. A region that was not detected has no intersection, but the box it would have had counts in the union.
 * Over all regions it is `avg_iou`, the quotient of the totals, unless `over` is `regions`.
 *
 * @see Tanida et al. 2023; RGRG `evaluate_model.py`, `compute_intersection_and_union_area_per_region`.
 */
export function regionIouRgrg(options: RegionMetricOptions = {}): Metric<RegionComparison> {
  return quotient('regionIouRgrg', { over: 'boxes', ...options }, (prediction, truth) => {
    const box = prediction?.box ?? null;
    if (box === null) return [0, boxArea(truth)];
    const shared = prediction?.detected ? boxIntersection(box, truth) : 0;
    return [shared, boxArea(box) + boxArea(truth) - shared];
  });
}

/**
 * Makes the mean of the IoU of each image, 0 for a region that was not detected: every box weighs the same. Over all
 * regions it is the mean of the regions' means, unless `over` is `boxes`.
 */
export function regionIouMean(options: RegionMetricOptions = {}): Metric<RegionComparison> {
  return quotient('regionIouMean', { over: 'regions', ...options }, (prediction, truth) => {
    const isFound = prediction?.detected === true && prediction.box !== null;
    return [isFound ? boxIou(prediction.box, truth) : 0, 1];
  });
}

/** Makes the mean number of regions detected in an image, in [0, 29], or the share of images where one is. */
export function regionDetected({
  region,
}: Pick<RegionMetricOptions, 'region'> = {}): Metric<RegionComparison> {
  return {
    name: 'regionDetected',
    convention: { region: region ?? 'all', agg: 'images' },
    length: 2,
    stats(item) {
      const named = byName(item);
      const asked = region === undefined ? ANATOMICAL_REGIONS : [region];
      return Float64Array.of(asked.filter((name) => named.get(name)?.detected).length, 1);
    },
    finalise: ([found, images]) => (images === 0 ? null : found / images),
  };
}

/** Computes every region number, overall and by region. */
export function regionScores(items: readonly RegionComparison[]): RegionScores {
  const scoresOf = (options: Pick<RegionMetricOptions, 'region'>): Score[] =>
    [regionIouRgrg(options), regionIouMean(options), regionDetected(options)].map((metric) =>
      scoreOf(metric, items),
    );
  const known = ANATOMICAL_REGIONS.filter((name) => items.some(({ truth }) => truth[name]));
  return {
    overall: scoresOf({}),
    byRegion: new Map(known.map((region) => [region, scoresOf({ region })])),
  };
}

function scoreOf(metric: Metric<RegionComparison>, items: readonly RegionComparison[]): Score {
  const sum = new Float64Array(metric.length);
  for (const item of items) mergeStats(sum, metric.stats(item));
  const value = metric.finalise(sum);
  const more = value === null ? { reason: 'no true box' } : {};
  return score(metric.name, metric.convention, items.length, value, more);
}

/** A metric whose statistics are numerator and denominator, of all boxes or of each region. */
function quotient(
  name: string,
  { region, over = 'boxes' }: RegionMetricOptions,
  terms: Terms,
): Metric<RegionComparison> {
  const slots = over === 'regions' && region === undefined ? ANATOMICAL_REGIONS.length : 1;
  return {
    name,
    convention:
      region === undefined ? { region: 'all', over, agg: 'images' } : { region, agg: 'images' },
    length: 2 * slots,
    stats(item) {
      const sums = new Float64Array(2 * slots);
      const named = byName(item);
      for (const [i, key] of ANATOMICAL_REGIONS.entries()) {
        const truth = item.truth[key];
        if (truth === undefined || (region !== undefined && key !== region)) continue;
        checkBox(`truth.${key}`, truth);
        const [part, whole] = terms(named.get(key), truth);
        const slot = slots === 1 ? 0 : 2 * i;
        sums[slot] += part;
        sums[slot + 1] += whole;
      }
      return sums;
    },
    finalise(sum) {
      const values: number[] = [];
      for (let i = 0; i < sum.length; i += 2) if (sum[i + 1] > 0) values.push(sum[i] / sum[i + 1]);
      return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
    },
  };
}

function byName({ predicted }: RegionComparison): Map<AnatomicalRegion, RegionPrediction> {
  const named = new Map<AnatomicalRegion, RegionPrediction>();
  for (const prediction of predicted) {
    const { name, box } = prediction;
    if (named.has(name)) throw new InvalidInputError('predicted', 'each region once', name);
    if (box !== null) checkBox(`predicted.${name}`, box);
    named.set(name, prediction);
  }
  return named;
}

function checkBox(name: string, box: Box): void {
  const isBox = box.length === 4 && box.every(Number.isFinite) && box[2] >= box[0];
  if (!isBox || box[3] < box[1])
    throw new InvalidInputError(name, 'finite [x0, y0, x1, y1], x0 <= x1, y0 <= y1', box);
}
