import type { Metric } from '../score/metric.js';
import { type ImagePair, planePairs } from './image-pair.js';

/** Options of {@link psnr}. */
export interface PsnrOptions {
  /**
   * Largest less smallest possible value; 1 for images in [0, 1].
   * @defaultValue 255
   */
  readonly range?: number;
  /**
   * `mean` averages the ratios of pairs; `pooled` takes the ratio of the squared error over all pixels.
   * @defaultValue 'mean'
   */
  readonly aggregation?: 'mean' | 'pooled';
}

/**
 * Makes the peak signal-to-noise ratio, 10 log10(range^2 / mean squared error), in decibels. It has no value where
 * an image equals its reference (`mean`) or all do (`pooled`): the ratio is infinite.
 */
export function psnr({ range = 255, aggregation = 'mean' }: PsnrOptions = {}): Metric<ImagePair> {
  const decibels = (error: number): number => 10 * Math.log10((range * range) / error);
  return {
    name: 'psnr',
    convention: { range, agg: aggregation },
    length: 4, // sum of ratios, pairs, squared error, pixels
    stats(pair) {
      let error = 0;
      let pixels = 0;
      for (const [x, y] of planePairs(pair)) {
        pixels += x.data.length;
        for (let i = 0; i < x.data.length; i++) error += (x.data[i] - y.data[i]) ** 2;
      }
      return Float64Array.of(decibels(error / pixels), 1, error, pixels);
    },
    finalise([ratios, pairs, error, pixels]) {
      if (pairs === 0) return null;
      const value = aggregation === 'mean' ? ratios / pairs : decibels(error / pixels);
      return Number.isFinite(value) ? value : null;
    },
  };
}
