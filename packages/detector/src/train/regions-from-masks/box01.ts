import type { Box } from '@cxrkit/core';

/** `[x0, y0, x1, y1]` as fractions of the picture's width and height, in [0, 1], origin top left. */
export type Box01 = Box;

/**
 * Turns edges in mask pixels into fractions, clipped to the picture.
 *
 * @param xs - Two columns, in any order.
 * @param ys - Two rows, in any order.
 */
export function box01(
  { width, height }: { readonly width: number; readonly height: number },
  xs: readonly [number, number],
  ys: readonly [number, number],
): Box01 {
  return [
    fraction(Math.min(...xs), width),
    fraction(Math.min(...ys), height),
    fraction(Math.max(...xs), width),
    fraction(Math.max(...ys), height),
  ];
}

function fraction(value: number, whole: number): number {
  return Math.min(Math.max(value / whole, 0), 1);
}
