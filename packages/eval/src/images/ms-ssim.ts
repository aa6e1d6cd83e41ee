import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../score/metric.js';
import { type ImagePair, type Plane, planePairs } from './image-pair.js';
import { similarityWindow } from './similarity-window.js';
import { structuralSimilarity } from './structural-similarity.js';

/** Options of {@link msSsim}. */
export interface MsSsimOptions {
  /**
   * `pytorch-msssim` rounds the window to float32, as that program does.
   * @defaultValue 'wang'
   */
  readonly convention?: 'wang' | 'pytorch-msssim';
  /**
   * Largest less smallest possible value; 1 for images in [0, 1].
   * @defaultValue 255
   */
  readonly range?: number;
  /**
   * Exponent of each level, finest first.
   * @defaultValue 0.0448, 0.2856, 0.3001, 0.2363, 0.1333 (Wang, Simoncelli & Bovik 2003)
   */
  readonly weights?: readonly number[];
}

const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/**
 * Makes the multi-scale structural similarity, mean over channels, then over pairs (MS-SSIM, Wang, Simoncelli & Bovik
 * 2003), in [0, 1]: contrast and structure at all levels but the last, all three there; what is below 0 counts as 0.
 * `stats` throws an InvalidInputError where the coarsest level is smaller than the window: with five levels for sides
 * of 160 pixels or less.
 */
export function msSsim({
  convention = 'wang',
  range = 255,
  weights = WEIGHTS,
}: MsSsimOptions = {}): Metric<ImagePair> {
  if (weights.length === 0) throw new InvalidInputError('weights', 'at least one level', weights);
  const window = similarityWindow(convention);
  const least = (window.weights.length - 1) * 2 ** (weights.length - 1) + 1;
  const named = weights === WEIGHTS ? {} : { weights: weights.join(',') };
  return {
    name: 'msSsim',
    convention: { window: convention, range, levels: weights.length, ...named },
    length: 2,
    stats(pair) {
      const pairs = planePairs(pair, least);
      const sum = pairs.reduce((total, [x, y]) => total + ofPlanes(x, y), 0);
      return Float64Array.of(sum / pairs.length, 1);
    },
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };

  function ofPlanes(first: Plane, second: Plane): number {
    let [x, y] = [first, second];
    let product = 1;
    for (const [level, weight] of weights.entries()) {
      const { ssim, contrastStructure } = structuralSimilarity(x, y, window, range);
      const last = level === weights.length - 1;
      product *= Math.max(0, last ? ssim : contrastStructure) ** weight;
      if (!last) [x, y] = [halve(x), halve(y)];
    }
    return product;
  }
}

/** Averages 2 x 2 blocks; an odd side gets zeros on both ends that count (`avg_pool2d` with padding of size % 2). */
function halve({ width, height, data }: Plane): Plane {
  const [padX, padY] = [width % 2, height % 2];
  const [columns, rows] = [(width + padX) >> 1, (height + padY) >> 1];
  const half = new Float64Array(columns * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let v = Math.max(0, 2 * y - padY); v < Math.min(height, 2 * y - padY + 2); v++)
        for (let u = Math.max(0, 2 * x - padX); u < Math.min(width, 2 * x - padX + 2); u++)
          sum += data[v * width + u];
      half[y * columns + x] = sum / 4;
    }
  return { width: columns, height: rows, data: half };
}
