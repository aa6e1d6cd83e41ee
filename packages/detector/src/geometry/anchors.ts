import { InvalidInputError } from '@cxrkit/core';
import { boxCount } from './expect-length.js';

/** The shapes of the anchors that stand on each cell of the feature map. */
export interface AnchorShapes {
  /** Side of the square of equal area, in canvas pixels. */
  readonly sizes: readonly number[];
  /** Height over width. */
  readonly ratios: readonly number[];
}

/**
 * Lists the anchors of one cell, centred at the origin and rounded to whole pixels (half to even).
 *
 * @returns `[A, 4]` x0, y0, x1, y1 with A = ratios x sizes, the ratio being the slow axis.
 * @throws {@link InvalidInputError} if a list is empty or a number is not positive.
 * @see RGRG `object_detector.py:67-99`; torchvision `AnchorGenerator.generate_anchors`.
 */
export function cellAnchors({ sizes, ratios }: AnchorShapes): Float32Array {
  expectPositive('sizes', sizes);
  expectPositive('ratios', ratios);
  const anchors = new Float32Array(ratios.length * sizes.length * 4);
  let offset = 0;
  for (const ratio of ratios) {
    // Single precision as in the reference: it decides which halves are exact.
    const heightScale = Math.fround(Math.sqrt(Math.fround(ratio)));
    const widthScale = Math.fround(1 / heightScale);
    for (const size of sizes) {
      const x = roundHalfToEven(Math.fround(widthScale * size) / 2);
      const y = roundHalfToEven(Math.fround(heightScale * size) / 2);
      anchors.set([-x, -y, x, y], offset);
      offset += 4;
    }
  }
  return anchors;
}

/**
 * Places the anchors of a cell on every cell of the feature map; cell (x, y) is centred at
 * (stride x, stride y), without the half-cell shift that one might expect.
 *
 * @param cell - `[A, 4]` of {@link cellAnchors}.
 * @param stride - Canvas pixels per feature cell.
 * @returns `[H * W * A, 4]` in canvas pixels, in the order (y W + x) A + a; not clipped.
 */
export function gridAnchors(
  cell: Float32Array,
  featureWidth: number,
  featureHeight: number,
  stride: number,
): Float32Array {
  boxCount('cell', cell);
  const anchors = new Float32Array(featureHeight * featureWidth * cell.length);
  let offset = 0;
  for (let y = 0; y < featureHeight; y++) {
    for (let x = 0; x < featureWidth; x++) {
      for (let i = 0; i < cell.length; i++) {
        anchors[offset++] = cell[i] + stride * (i % 2 === 0 ? x : y);
      }
    }
  }
  return anchors;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function expectPositive(name: string, values: readonly number[]): void {
  if (values.length === 0 || !values.every((value) => value > 0 && Number.isFinite(value)))
    throw new InvalidInputError(name, 'one or more positive numbers', values);
}
