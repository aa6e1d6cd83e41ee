import { simdUpdateModule } from './simd-update-module.js';
import { startModule } from './wasm-module.js';

/** Holds a symmetric matrix, and updates and multiplies two of its rows at a time. */
export interface UpdateKernel {
  readonly n: number;
  /** `[n (n + 1) / 2]` lower triangle, row by row. */
  readonly lower: Float64Array;
  /** `[n]` each: the update lower -= v w^T + w v^T, and the product p += lower u. */
  readonly v: Float64Array;
  readonly w: Float64Array;
  readonly u: Float64Array;
  readonly p: Float64Array;
  /** `[4]` row r times u, and row r + 1 times u, in two parts each. */
  readonly sums: Float64Array;
  /** Does columns 0..r of rows r and r + 1; r is even. */
  rows(r: number): void;
}

const SMALL = 64;
const PAGE = 65536;
const BYTES = Float64Array.BYTES_PER_ELEMENT;

/** Makes a kernel, with 128-bit SIMD where it pays and the machine allows WebAssembly. */
export function createUpdateKernel(n: number): UpdateKernel {
  if (n < SMALL) return createScalarUpdate(n);
  try {
    return createSimdUpdate(n);
  } catch {
    return createScalarUpdate(n); // no SIMD, no memory for it, or a content security policy against it
  }
}

/** @throws Where WebAssembly, its SIMD or so much of its memory is not to be had. */
export function createSimdUpdate(n: number): UpdateKernel {
  const { memory, run } = startModule(simdUpdateModule());
  const start = 4 + 4 * n;
  const length = (n * (n + 1)) / 2;
  memory.grow(Math.ceil(((start + length) * BYTES) / PAGE));
  const view = (from: number, size: number): Float64Array =>
    new Float64Array(memory.buffer, from * BYTES, size);
  const [v, w, u, p] = [0, 1, 2, 3].map((i) => view(4 + i * n, n));
  const sums = view(0, 4);
  const address = [v, w, u, p].map(({ byteOffset }) => byteOffset);
  return {
    ...{ n, lower: view(start, length), v, w, u, p, sums },
    rows(r) {
      const row0 = (start + (r * (r + 1)) / 2) * BYTES;
      const row1 = row0 + (r + 1) * BYTES;
      if (r === 0) sums.fill(0);
      else {
        const end = row0 + r * BYTES;
        const [vi, wi, ui, pi] = address;
        run(row0, row1, vi, wi, ui, pi, end, 0, v[r], w[r], u[r], v[r + 1], w[r + 1], u[r + 1]);
      }
    },
  };
}

/** Makes the kernel in plain JavaScript. */
export function createScalarUpdate(n: number): UpdateKernel {
  const lower = new Float64Array((n * (n + 1)) / 2);
  const [v, w, u, p] = [0, 1, 2, 3].map(() => new Float64Array(n));
  const sums = new Float64Array(4);
  return {
    ...{ n, lower, v, w, u, p, sums },
    rows(r) {
      const row0 = (r * (r + 1)) / 2;
      const row1 = row0 + r + 1;
      const [u0, v0, w0] = [u[r], v[r], w[r]];
      const [u1, v1, w1] = [u[r + 1], v[r + 1], w[r + 1]];
      let sum0 = 0;
      let sum1 = 0;
      for (let j = 0; j < r; j++) {
        const vj = v[j];
        const wj = w[j];
        const uj = u[j];
        const a0 = lower[row0 + j] - v0 * wj - w0 * vj;
        const a1 = lower[row1 + j] - v1 * wj - w1 * vj;
        lower[row0 + j] = a0;
        lower[row1 + j] = a1;
        sum0 += a0 * uj;
        sum1 += a1 * uj;
        p[j] += a0 * u0 + a1 * u1;
      }
      sums.set([sum0, 0, sum1, 0]);
    },
  };
}
