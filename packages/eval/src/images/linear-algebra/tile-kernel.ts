import { multiplyTile } from './scalar-tile.js';
import { simdTileModule } from './simd-tile-module.js';
import { startModule } from './wasm-module.js';

/** Rows of a panel, and sides of a tile. */
export const TILE = 4;
/** Longest panel: 4 rows x 256 doubles = 8 KiB, L1. */
export const DEPTH = 256;
/** Rows of b packed at once: 128 x 256 doubles = 256 KiB, L2. */
export const COLUMNS = 128;

/** Multiplies panels, four rows side by side, into 4 x 4 tiles. */
export interface TileKernel {
  /** `[depth, 4]` panel of a. */
  readonly rows: Float64Array;
  /** Panels of b, one after another. */
  readonly columns: Float64Array;
  /** `[4, 4]` result. */
  readonly sums: Float64Array;
  /** @param at - Where the panel of b starts in `columns`. */
  multiply(at: number, depth: number): void;
}

const ROWS_SIZE = TILE * DEPTH;
const COLUMNS_SIZE = COLUMNS * DEPTH;
const BYTES = Float64Array.BYTES_PER_ELEMENT;

/** Makes a kernel with 128-bit SIMD where the machine allows WebAssembly, in plain JavaScript elsewhere; equal digits. */
export function createTileKernel(): TileKernel {
  try {
    return createSimdKernel();
  } catch {
    return createScalarKernel(); // no SIMD, or a content security policy without 'wasm-unsafe-eval'
  }
}

/** Makes the kernel in WebAssembly: 7 GMAC/s where plain JavaScript has 2. @throws Where its SIMD is not to be had. */
export function createSimdKernel(): TileKernel {
  const { memory, run } = startModule(simdTileModule());
  const columnsAt = ROWS_SIZE * BYTES;
  const sumsAt = columnsAt + COLUMNS_SIZE * BYTES;
  return {
    rows: new Float64Array(memory.buffer, 0, ROWS_SIZE),
    columns: new Float64Array(memory.buffer, columnsAt, COLUMNS_SIZE),
    sums: new Float64Array(memory.buffer, sumsAt, TILE * TILE),
    multiply: (at, depth) => {
      run(0, columnsAt + at * BYTES, depth * TILE * BYTES, sumsAt);
    },
  };
}

/** Makes the kernel in plain JavaScript. */
export function createScalarKernel(): TileKernel {
  const rows = new Float64Array(ROWS_SIZE);
  const columns = new Float64Array(COLUMNS_SIZE);
  const sums = new Float64Array(TILE * TILE);
  return {
    rows,
    columns,
    sums,
    multiply(at, depth) {
      multiplyTile(rows, columns, at, depth, sums);
    },
  };
}
