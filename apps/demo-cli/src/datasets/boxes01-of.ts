import type { AnatomicalRegion, Box, DetectedRegion } from '@cxrkit/core';

/** @returns The boxes of the regions that were found, as fractions of the picture's width and height. */
export function boxes01Of(
  regions: readonly DetectedRegion[],
  { width, height }: { readonly width: number; readonly height: number },
): Partial<Record<AnatomicalRegion, Box>> {
  const boxes01: Partial<Record<AnatomicalRegion, Box>> = {};
  for (const { name, box } of regions)
    if (box) boxes01[name] = [box[0] / width, box[1] / height, box[2] / width, box[3] / height];
  return boxes01;
}
