import { type Box, boxArea } from '@cxrkit/core';

/** A label that wants to stand at a box. */
export interface LabelWish {
  readonly box: Box;
  /** Size of the label in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Places labels at their boxes so that they hide each other as little as a greedy choice allows: each takes the corner
 * with the least overlap with those placed before.
 *
 * @param wishes - The most important first.
 * @returns The place of each label, inside `[0, 0, width, height]`.
 */
export function placeLabels(wishes: readonly LabelWish[], width: number, height: number): Box[] {
  const placed: Box[] = [];
  for (const wish of wishes) {
    let best: Box | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const place of corners(wish, width, height)) {
      const overlap = placed.reduce((sum, other) => sum + overlapArea(place, other), 0);
      if (overlap < least) [best, least] = [place, overlap];
      if (overlap === 0) break;
    }
    if (best) placed.push(best);
  }
  return placed;
}

/** Places to try, the most natural first: inside and outside the top, inside and outside the bottom, then down the sides. */
function corners({ box, width: w, height: h }: LabelWish, width: number, height: number): Box[] {
  const [x0, y0, x1, y1] = box;
  const center = (x0 + x1 - w) / 2;
  const steps = [1, 2, 3].map((step) => step * h);
  const points = [
    [x0, y0],
    [x1 - w, y0],
    [x0, y1 - h],
    [x1 - w, y1 - h],
    [x0, y0 - h],
    [x1 - w, y0 - h],
    [x0, y1],
    [x1 - w, y1],
    [center, y0],
    [center, (y0 + y1 - h) / 2],
    ...steps.flatMap((step) => [
      [x0, y0 + step],
      [x1 - w, y0 + step],
      [x0, y1 - h - step],
      [x1 - w, y1 - h - step],
    ]),
  ];
  const clamp = (value: number, most: number): number =>
    Math.min(Math.max(value, 0), Math.max(most, 0));
  return points.map(([x, y]) => {
    const [left, top] = [clamp(x, width - w), clamp(y, height - h)];
    return [left, top, left + w, top + h];
  });
}

function overlapArea(a: Box, b: Box): number {
  return boxArea([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
}
