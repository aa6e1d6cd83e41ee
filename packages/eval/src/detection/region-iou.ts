import { type AnatomicalRegion, type Box, boxIou } from '@cxrkit/core';

/** Boxes of one picture by region; a region that was not found has none. */
export type RegionBoxes = Readonly<Partial<Record<AnatomicalRegion, Box>>>;

/**
 * Intersection over union of each region that has a true box; a region that was not found counts 0.
 *
 * @returns IoU in [0, 1] by region.
 */
export function regionIou(found: RegionBoxes, truth: RegionBoxes): Map<AnatomicalRegion, number> {
  const scores = new Map<AnatomicalRegion, number>();
  for (const [name, box] of Object.entries(truth) as [AnatomicalRegion, Box][]) {
    const other = found[name];
    scores.set(name, other ? boxIou(other, box) : 0);
  }
  return scores;
}
