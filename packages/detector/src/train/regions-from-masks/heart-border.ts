import { type Lung, lateralSign, medialEdge, type Rows } from './lung.js';

/** Where the heart ends and air begins on one side. */
export interface HeartBorder {
  /** Column of the border in each row, from above. */
  readonly columns: Int32Array;
  /** Mean fall of brightness across it, in grey levels per hundredth of the picture's width. */
  readonly contrast: number;
}

// The right border stands nearer to the spine than the left one; shares of the lung's width in a row.
const REACH = { right: 0.5, left: 0.85 } as const;

// Price of one column's step between rows, in grey levels per hundredth of the width.
const STEP_PRICE = 0.3;

/**
 * Traces the heart's border within one lung of a mask that covers the lung behind the heart: the
 * path down the rows along which brightness falls most towards the side, moving at most one column
 * a row (dynamic programming).
 *
 * @param levels - `[H, W]` of `smoothPicture`.
 * @returns `null` where a row has no room for a border.
 */
export function heartBorder(
  levels: Float32Array,
  width: number,
  lung: Lung,
  rows: Rows,
): HeartBorder | null {
  const count = rows.to - rows.from;
  const fall = fallOfBrightness(levels, width, lung, rows); // [count, W], -Infinity out of reach
  const total = fall.slice();
  const from = new Int8Array(fall.length);
  for (let i = width; i < fall.length; i++) {
    if (fall[i] === Number.NEGATIVE_INFINITY) continue;
    let best = Number.NEGATIVE_INFINITY;
    for (const step of [0, -1, 1]) {
      const value = total[i - width + step] - (step === 0 ? 0 : STEP_PRICE);
      if (value > best) {
        best = value;
        from[i] = step;
      }
    }
    total[i] = fall[i] + best;
  }
  const columns = new Int32Array(count);
  let x = indexOfLargest(total.subarray((count - 1) * width));
  let sum = 0;
  for (let row = count - 1; row >= 0; row--) {
    columns[row] = x;
    sum += fall[row * width + x];
    x += from[row * width + x];
  }
  return Number.isFinite(sum) ? { columns, contrast: sum / count } : null;
}

function fallOfBrightness(
  levels: Float32Array,
  width: number,
  lung: Lung,
  rows: Rows,
): Float32Array {
  const fall = new Float32Array((rows.to - rows.from) * width).fill(Number.NEGATIVE_INFINITY);
  const sign = lateralSign(lung.side);
  for (let y = rows.from; y < rows.to; y++) {
    const reach = REACH[lung.side] * (lung.rowEnd[y] - lung.rowStart[y]);
    const first = medialEdge(lung, y) - (sign < 0 ? 1 : 0);
    for (let offset = 0; offset < reach; offset++) {
      const x = first + sign * offset;
      if (x < 1 || x > width - 2) break;
      const slope = (levels[y * width + x + 1] - levels[y * width + x - 1]) / 2;
      fall[(y - rows.from) * width + x] = (-sign * slope * width) / 100;
    }
  }
  return fall;
}

function indexOfLargest(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}
