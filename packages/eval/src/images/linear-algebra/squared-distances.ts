const TILE = 2;
const BLOCK = 64; // rows of a kept in L2 while b streams by

/** Rows of equal length. */
export interface Rows {
  /** `[n, d]` row-major. */
  readonly data: Float64Array;
  readonly n: number;
  readonly d: number;
}

/**
 * Visits the squared Euclidean distances of every row of `a` to all rows of `b`. Differences are squared, not expanded
 * into products: equal rows are at 0 exactly, and ties stay ties. Memory is 64 rows.
 *
 * @param visit - Gets the index of a row of `a` and `[b.n]` squared distances, valid during the call.
 */
export function forEachDistanceRow(
  a: Rows,
  b: Rows,
  visit: (index: number, distances: Float64Array) => void,
): void {
  const block = new Float64Array(BLOCK * b.n);
  for (let i0 = 0; i0 < a.n; i0 += BLOCK) {
    const i1 = Math.min(a.n, i0 + BLOCK);
    for (let j = 0; j < b.n; j += TILE)
      for (let i = i0; i < i1; i += TILE) distanceTile(a, b, i, j, block, i0);
    for (let i = i0; i < i1; i++) visit(i, block.subarray((i - i0) * b.n, (i - i0 + 1) * b.n));
  }
}

/** Fills 2 x 2 distances; at an odd end the last row stands in twice and is written twice. */
function distanceTile(
  a: Rows,
  b: Rows,
  i: number,
  j: number,
  block: Float64Array,
  i0: number,
): void {
  const { d } = a;
  const x = a.data;
  const y = b.data;
  const k = Math.min(i + 1, a.n - 1);
  const l = Math.min(j + 1, b.n - 1);
  let [s00, s01, s10, s11] = [0, 0, 0, 0];
  for (let t = 0, [p, q, r, s] = [i * d, k * d, j * d, l * d]; t < d; t++) {
    const x0 = x[p + t];
    const x1 = x[q + t];
    const y0 = y[r + t];
    const y1 = y[s + t];
    s00 += (x0 - y0) * (x0 - y0);
    s01 += (x0 - y1) * (x0 - y1);
    s10 += (x1 - y0) * (x1 - y0);
    s11 += (x1 - y1) * (x1 - y1);
  }
  const top = (i - i0) * b.n;
  block[top + j] = s00;
  block[top + l] = s01;
  if (k - i0 >= BLOCK) return;
  const bottom = (k - i0) * b.n;
  block[bottom + j] = s10;
  block[bottom + l] = s11;
}
