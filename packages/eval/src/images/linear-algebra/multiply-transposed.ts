import { COLUMNS, createTileKernel, DEPTH, TILE, type TileKernel } from './tile-kernel.js';

/** A product A B^T of two row-major matrices, with what is known of their shape. */
export interface TransposedProduct {
  /** `[m, k]` */
  readonly a: Float64Array;
  /** `[n, k]` */
  readonly b: Float64Array;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Row i of `a` is zero before column i; those products are left out. */
  readonly upper?: boolean;
  /** Only elements on and below the diagonal are wanted; the others are undefined. */
  readonly lower?: boolean;
}

/** A part of a larger row-major matrix that a product is added to. */
interface ProductTarget {
  readonly data: Float64Array;
  /** Elements from one row to the next. */
  readonly stride: number;
  /** Index of the part's first element. */
  readonly offset: number;
  readonly scale: 1 | -1;
}

/** Multiplies a matrix by the transpose of another, in double precision. @returns `[m, n]` */
export function multiplyTransposed(product: TransposedProduct): Float64Array {
  const data = new Float64Array(product.m * product.n);
  addProduct(product, { data, stride: product.n, offset: 0, scale: 1 });
  return data;
}

let shared: TileKernel | undefined; // its panels are scratch, free again after each call

function sharedKernel(): TileKernel {
  shared ??= createTileKernel();
  return shared;
}

/**
 * Adds a product to a matrix in place. Panels of four rows are packed side by side and multiplied in 4 x 4 tiles
 * (the scheme of Goto & van de Geijn 2008).
 */
export function addProduct(
  product: TransposedProduct,
  target: ProductTarget,
  kernel: TileKernel = sharedKernel(),
): void {
  const { b, n, k } = product;
  for (let k0 = 0; k0 < k; k0 += DEPTH) {
    const depth = Math.min(DEPTH, k - k0);
    for (let j0 = 0; j0 < n; j0 += COLUMNS) {
      const j1 = Math.min(n, j0 + COLUMNS);
      for (let j = j0; j < j1; j += TILE)
        pack({ data: b, row: j, rows: n, stride: k }, k0, depth, kernel.columns, (j - j0) * depth);
      addBlock(product, target, kernel, { k0, depth, j0, j1 });
    }
  }
}

/** Multiplies all rows of a with the packed rows j0..j1 of b, over part of the depth. */
function addBlock(
  { a, m, n, k, upper = false, lower = false }: TransposedProduct,
  target: ProductTarget,
  kernel: TileKernel,
  block: { readonly k0: number; readonly depth: number; readonly j0: number; readonly j1: number },
): void {
  const { k0, depth, j0, j1 } = block;
  const last = upper ? Math.min(m, k0 + depth) : m;
  for (let i = lower ? j0 : 0; i < last; i += TILE) {
    pack({ data: a, row: i, rows: m, stride: k }, k0, depth, kernel.rows, 0);
    const end = lower ? Math.min(j1, i + TILE) : j1;
    for (let j = j0; j < end; j += TILE) {
      kernel.multiply((j - j0) * depth, depth);
      store(kernel.sums, target, i, Math.min(m, i + TILE), j, Math.min(n, j + TILE));
    }
  }
}

/** Writes four rows side by side: `[depth, 4]`, zero where the matrix ends. */
function pack(
  source: {
    readonly data: Float64Array;
    readonly row: number;
    readonly rows: number;
    readonly stride: number;
  },
  k0: number,
  depth: number,
  panel: Float64Array,
  at: number,
): void {
  const { data, row, rows, stride } = source;
  for (let r = 0; r < TILE; r++) {
    const from = (row + r) * stride + k0;
    if (row + r < rows) for (let t = 0; t < depth; t++) panel[at + t * TILE + r] = data[from + t];
    else for (let t = 0; t < depth; t++) panel[at + t * TILE + r] = 0;
  }
}

function store(
  sums: Float64Array,
  { data, stride, offset, scale }: ProductTarget,
  i0: number,
  i1: number,
  j0: number,
  j1: number,
): void {
  for (let i = i0; i < i1; i++) {
    const row = offset + i * stride;
    const from = (i - i0) * TILE - j0;
    for (let j = j0; j < j1; j++) data[row + j] += scale * sums[from + j];
  }
}

/** Copies a `[rows, columns]` matrix into its transpose. */
export function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  const side = 32; // cache lines of both sides stay in L1
  for (let i0 = 0; i0 < rows; i0 += side)
    for (let j0 = 0; j0 < columns; j0 += side)
      for (let i = i0; i < Math.min(rows, i0 + side); i++)
        for (let j = j0; j < Math.min(columns, j0 + side); j++)
          result[j * rows + i] = matrix[i * columns + j];
  return result;
}
