/** `[x0, y0, x1, y1]` in pixels of the source image, origin top left, x1 and y1 exclusive edges. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

/** @returns Area in square pixels; 0 for an empty box. */
export function boxArea([x0, y0, x1, y1]: Box): number {
  return Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
}

/** @returns Intersection over union in [0, 1]; 0 when both boxes are empty. */
export function boxIou(a: Box, b: Box): number {
  const intersection = boxArea([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
  const union = boxArea(a) + boxArea(b) - intersection;
  return union > 0 ? intersection / union : 0;
}
