import type { Box } from './box.js';
import type { GrayImage } from './image/gray-image.js';
import type { TaskOptions } from './progress.js';
import type { DetectedRegion } from './regions.js';

/** A doubt about a result; data for whoever shows it, never printed by a library. */
export interface ResultWarning {
  /** A word a program can switch on, such as `nothing-detected`. */
  readonly code: string;
  /** One sentence: what was seen, and what was done about it. */
  readonly message: string;
}

/** What a detector says of one picture. */
export interface RegionDetection {
  /** All regions the detector knows, in the order of `ANATOMICAL_REGIONS`, those not detected included. */
  readonly regions: readonly DetectedRegion[];
  readonly warnings: readonly ResultWarning[];
}

/** The contract between a detector and what reads its regions; a stage takes one as an option, an app wires it. */
export interface RegionDetector {
  /** Finds the anatomical regions of a chest X-ray. */
  detect(image: GrayImage, options?: TaskOptions): Promise<RegionDetection>;
  /**
   * Computes the features of boxes drawn by a person, in the same space as those of {@link RegionDetector.detect}.
   *
   * @param boxes - In pixels of `image`.
   * @returns `[D]` features of each box, in order.
   */
  describe(
    image: GrayImage,
    boxes: readonly Box[],
    options?: TaskOptions,
  ): Promise<readonly Float32Array[]>;
}
