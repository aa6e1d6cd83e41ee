import { ANATOMICAL_REGIONS, type DetectedRegion, InvalidInputError } from '@cxrkit/core';
import type { ReportGeneratorConfig } from '../network/config.js';

/** One region of a training picture. */
export interface TrainingRegion {
  /** Index in `ANATOMICAL_REGIONS`, 0 to 28. */
  readonly index: number;
  /** `[D_in]`, as the detector gives them. */
  readonly features: DetectedRegion['features'];
  /** Regions that are not detected teach nothing. */
  readonly detected: boolean;
  /** Ways to say what is to be said, one of which is drawn each epoch; empty if nothing is worth a sentence. */
  readonly sentences: readonly string[];
  /** `undefined` where nobody knows. */
  readonly abnormal: boolean | undefined;
}

/** One training picture. */
export interface RegionExample {
  readonly split: 'train' | 'val' | 'test';
  /** Regions that are left out count as not detected. */
  readonly regions: readonly TrainingRegion[];
}

/**
 * Checks examples against the model's sizes.
 *
 * @throws {@link InvalidInputError} for a bad index, or features of another length than `D_in`.
 */
export function checkExamples(
  examples: readonly RegionExample[],
  { regionFeatures }: ReportGeneratorConfig,
): void {
  for (const [i, { regions }] of examples.entries())
    for (const { index, features } of regions) {
      if (!(index in ANATOMICAL_REGIONS))
        throw new InvalidInputError(`examples[${i}] region index`, '0 to 28', index);
      if (features.length !== regionFeatures)
        throw new InvalidInputError(
          `examples[${i}] features`,
          `${regionFeatures} numbers (config.regionFeatures)`,
          features.length,
        );
    }
}
