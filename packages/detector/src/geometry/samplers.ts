import type { Random } from '@cxrkit/core';
import { BACKGROUND } from './matcher.js';

/** How many boxes are trained on, and how many of them at most are finds. */
export interface SampleOptions {
  /** Boxes an image. */
  readonly count: number;
  /** In [0, 1]. */
  readonly positiveFraction: number;
}

/** Boxes chosen for training, by their indices. */
export interface Sample {
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
}

/**
 * Draws matched boxes and background boxes at random, without replacement. Where matched ones are
 * too few, background fills up; where background is too rare the sample is smaller than asked.
 *
 * @param matches - `[N]` of `matchBoxes`.
 * @see torchvision `models.detection._utils.BalancedPositiveNegativeSampler`.
 */
export function sampleBalanced(
  matches: Int32Array,
  { count, positiveFraction }: SampleOptions,
  random: Random,
): Sample {
  const indices = Int32Array.from(matches.keys());
  const allPositives = indices.filter((n) => matches[n] >= 0);
  const allNegatives = indices.filter((n) => matches[n] === BACKGROUND);
  const positives = drawSome(allPositives, Math.floor(count * positiveFraction), random);
  return { positives, negatives: drawSome(allNegatives, count - positives.length, random) };
}

// The first steps of a Fisher-Yates shuffle, in place.
function drawSome(items: Int32Array, count: number, random: Random): Int32Array {
  const drawn = Math.min(count, items.length);
  for (let i = 0; i < drawn; i++) {
    const j = i + random.integer(items.length - i);
    const item = items[i];
    items[i] = items[j];
    items[j] = item;
  }
  return items.subarray(0, drawn);
}
