import { type Box, boxArea } from '@cxrkit/core';

/**
 * Measures how much of a detection lies on a true box: intersection over the detection's own area (IoBB of ChestX-ray8,
 * Wang et al. 2017, section 4.2). Not symmetric.
 *
 * @returns In [0, 1]; 0 for an empty detection.
 */
export function boxIobb(detection: Box, truth: Box): number {
  const area = boxArea(detection);
  return area > 0 ? boxIntersection(detection, truth) / area : 0;
}

/** @returns Square pixels that two boxes share. */
export function boxIntersection(a: Box, b: Box): number {
  return boxArea([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
}
