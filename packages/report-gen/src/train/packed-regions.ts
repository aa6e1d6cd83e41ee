import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import type { RegionExample } from './region-example.js';

/** Regions of a picture. */
export const REGIONS: number = ANATOMICAL_REGIONS.length;

/** A text that a region may be given. */
export interface RegionText {
  /** Row of the region: picture * 29 + index. */
  readonly row: number;
  readonly alternatives: readonly string[];
}

/** Examples as flat arrays in shared memory, so that a batch worker needs no copy. */
export interface PackedRegions {
  readonly pictures: number;
  /** `D_in` */
  readonly width: number;
  /** `[pictures * 29 * D_in]` */
  readonly features: Float32Array;
  /** `[pictures * 29]` of 0 and 1, as the next ones. */
  readonly detected: Uint8Array;
  /** Has a sentence. */
  readonly selected: Uint8Array;
  readonly abnormal: Uint8Array;
  readonly abnormalKnown: Uint8Array;
  /** Of detected regions. */
  readonly texts: readonly RegionText[];
}

/** Packs examples; `width` is the length of their features. */
export function packRegions(examples: readonly RegionExample[], width: number): PackedRegions {
  const rows = examples.length * REGIONS;
  const flags = (): Uint8Array => new Uint8Array(new SharedArrayBuffer(rows));
  const packed = {
    pictures: examples.length,
    width,
    features: new Float32Array(new SharedArrayBuffer(4 * rows * width)),
    detected: flags(),
    selected: flags(),
    abnormal: flags(),
    abnormalKnown: flags(),
    texts: [] as RegionText[],
  };
  for (const [picture, { regions }] of examples.entries())
    for (const { index, features, detected, sentences, abnormal } of regions) {
      if (!detected) continue;
      const row = picture * REGIONS + index;
      packed.features.set(features, row * width);
      packed.detected[row] = 1;
      packed.selected[row] = sentences.length > 0 ? 1 : 0;
      packed.abnormal[row] = abnormal ? 1 : 0;
      packed.abnormalKnown[row] = abnormal === undefined ? 0 : 1;
      if (sentences.length > 0) packed.texts.push({ row, alternatives: sentences });
    }
  return packed;
}

/** @returns `[D_in]` features of a row, not copied. */
export function featuresOf({ features, width }: PackedRegions, row: number): Float32Array {
  return features.subarray(row * width, (row + 1) * width);
}
