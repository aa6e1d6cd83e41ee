import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { choleskyRows } from './cholesky-rows.js';
import { addProduct, multiplyTransposed, transpose } from './multiply-transposed.js';
import { nuclearNorm } from './nuclear-norm.js';
import { forEachDistanceRow } from './squared-distances.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';
import { createScalarKernel, createSimdKernel } from './tile-kernel.js';
import { createScalarUpdate, createSimdUpdate } from './update-kernel.js';

function normal(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.normal());
}

function naive(a: Float64Array, b: Float64Array, m: number, n: number, k: number): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let t = 0; t < k; t++) c[i * n + j] += a[i * k + t] * b[j * k + t];
  return c;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference = Math.max(difference, Math.abs(a[i] - b[i]));
  return difference;
}

/** Q D Q^T with Q a product of random reflections: a matrix of known eigenvalues. */
function withEigenvalues(values: readonly number[], seed: number): Float64Array {
  const n = values.length;
  let matrix: Float64Array = new Float64Array(n * n);
  for (const [i, value] of values.entries()) matrix[i * n + i] = value;
  for (let step = 0; step < 3; step++) {
    const u = normal(n, seed + step);
    const square = u.reduce((sum, x) => sum + x * x, 0);
    const h = Float64Array.from(
      { length: n * n },
      (_, at) => (at % (n + 1) === 0 ? 1 : 0) - (2 * u[Math.floor(at / n)] * u[at % n]) / square,
    );
    matrix = naive(naive(h, matrix, n, n, n), h, n, n, n);
  }
  return matrix;
}

describe('multiplyTransposed', () => {
  it.each([
    [1, 1, 1],
    [3, 5, 2],
    [4, 4, 256],
    [9, 131, 300],
    [130, 6, 513],
  ])('equals the sum of products: %i x %i, depth %i', (m, n, k) => {
    const [a, b] = [normal(m * k, 1), normal(n * k, 2)];
    const difference = largestDifference(
      multiplyTransposed({ a, b, m, n, k }),
      naive(a, b, m, n, k),
    );
    expect(difference).toBeLessThan(1e-12);
  });

  it('leaves out what is zero or not wanted', () => {
    const n = 300;
    const a = normal(n * n, 3).map((value, at) => (at % n < Math.floor(at / n) ? 0 : value));
    const b = normal(n * n, 4);
    const whole = naive(a, b, n, n, n);
    const upper = multiplyTransposed({ a, b, m: n, n, k: n, upper: true });
    expect(largestDifference(upper, whole)).toBeLessThan(1e-12);
    const lower = multiplyTransposed({ a, b, m: n, n, k: n, lower: true });
    const below = (_: number, at: number): boolean => at % n <= Math.floor(at / n);
    expect(largestDifference(lower.filter(below), whole.filter(below))).toBeLessThan(1e-12);
  });

  it('gives equal digits with and without WebAssembly', () => {
    const [m, n, k] = [37, 150, 700];
    const [a, b] = [normal(m * k, 5), normal(n * k, 6)];
    const [first, second] = [createSimdKernel(), createScalarKernel()].map((kernel) => {
      const data = new Float64Array(m * n);
      addProduct({ a, b, m, n, k }, { data, stride: n, offset: 0, scale: 1 }, kernel);
      return data;
    });
    expect(first).toEqual(second);
  });
});

describe('transpose', () => {
  it('swaps rows and columns', () => {
    const matrix = normal(70 * 33, 1);
    const turned = transpose(matrix, 70, 33);
    expect(turned[5 * 70 + 60]).toBe(matrix[60 * 33 + 5]);
    expect(transpose(turned, 33, 70)).toEqual(matrix);
  });
});

describe('choleskyRows', () => {
  it.each([1, 3, 64, 65, 150])('gives R with R^T R = S: d = %i', (d) => {
    const x = normal(2 * d * d, d);
    const matrix = naive(x, x, d, d, 2 * d);
    const { rows, rank } = choleskyRows(matrix, d);
    expect(rank).toBe(d);
    const columns = transpose(rows, rank, d);
    expect(largestDifference(naive(columns, columns, d, d, rank), matrix)).toBeLessThan(1e-11);
  });

  it('leaves out directions without variance', () => {
    const x = normal(90 * 4, 1).map((value, at) => (at < 4 || at % 4 === 2 ? 0 : value));
    const matrix = naive(x, x, 90, 90, 4);
    const { rows, rank } = choleskyRows(matrix, 90);
    expect(rank).toBe(3);
    const columns = transpose(rows, rank, 90);
    expect(largestDifference(naive(columns, columns, 90, 90, rank), matrix)).toBeLessThan(1e-12);
  });
});

describe('symmetricEigenvalues', () => {
  it.each([
    [[7]],
    [[2, 2]],
    [[-3, 5, 1]],
    [[0, 0, 0, 0]],
    [[1e-9, 1e-6, 1, 1e3, 4, 4, 4, -2, 0, 0, 1e-12]],
    [Array.from({ length: 41 }, (_, i) => i - 20)],
  ])('finds those of a known matrix: %j', (values) => {
    const n = values.length;
    const found = symmetricEigenvalues(withEigenvalues(values, 9), n).sort();
    const size = Math.max(...values.map(Math.abs));
    const expected = Float64Array.from(values).sort();
    expect(largestDifference(found, expected)).toBeLessThanOrEqual(2e-14 * size);
  });

  it('keeps the digits of rows of small scale', () => {
    const [small, large] = symmetricEigenvalues(Float64Array.of(1, 1e-9, 1e-9, 3e-18), 2).sort();
    expect(large).toBeCloseTo(1, 15);
    expect(small / 2e-18).toBeCloseTo(1, 12); // 3e-18 - 1e-18, the second pivot
  });
});

describe('update kernels', () => {
  it.each([64, 65, 130])('find the same eigenvalues with and without WebAssembly: n = %i', (n) => {
    const matrix = withEigenvalues(
      Array.from({ length: n }, (_, i) => i * i - 1000),
      n,
    );
    const simd = symmetricEigenvalues(matrix, n, createSimdUpdate(n)).sort();
    const scalar = symmetricEigenvalues(matrix, n, createScalarUpdate(n)).sort();
    expect(largestDifference(simd, scalar)).toBeLessThan(1e-13 * n * n);
    const expected = Float64Array.from({ length: n }, (_, i) => i * i - 1000).sort();
    expect(largestDifference(simd, expected)).toBeLessThan(1e-13 * n * n);
  });
});

describe('nuclearNorm', () => {
  it.each([
    [4, 4],
    [9, 4],
    [4, 9],
    [40, 33],
  ])('is the sum of singular values of a known matrix: %i x %i', (m, n) => {
    const values = Array.from({ length: Math.min(m, n) }, (_, i) => (i % 3 === 2 ? 0 : i + 0.5));
    const middle = new Float64Array(m * n);
    for (const [i, value] of values.entries()) middle[i * n + i] = value;
    const left = orthogonal(m, 3);
    const right = orthogonal(n, 4);
    const matrix = naive(naive(left, transpose(middle, m, n), m, n, m), right, m, n, n);
    const expected = values.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(nuclearNorm(matrix, m, n) - expected)).toBeLessThan(1e-13 * expected);
  });

  it('holds at any scale and for nothing', () => {
    for (const scale of [1e-200, 1, 1e200])
      expect(nuclearNorm(Float64Array.of(3 * scale, 0, 0, 4 * scale), 2, 2) / scale).toBeCloseTo(
        7,
        13,
      );
    expect(nuclearNorm(new Float64Array(6), 2, 3)).toBe(0);
  });
});

describe('forEachDistanceRow', () => {
  it.each([
    [1, 1],
    [2, 3],
    [65, 4],
    [130, 7],
  ])('squares differences: %i x %i rows', (n, m) => {
    const d = 3;
    const [x, y] = [normal(n * d, 1), normal(m * d, 2)];
    let visited = 0;
    forEachDistanceRow({ data: x, n, d }, { data: y, n: m, d }, (i, row) => {
      expect(i).toBe(visited++);
      const expected = Array.from({ length: m }, (_, j) =>
        [0, 1, 2].reduce((sum, t) => sum + (x[i * d + t] - y[j * d + t]) ** 2, 0),
      );
      expect([...row]).toEqual(expected);
    });
    expect(visited).toBe(n);
  });
});

/** I - 2 u u^T, times one more of its kind. */
function orthogonal(n: number, seed: number): Float64Array {
  const eye = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
  const reflect = (s: number): Float64Array => {
    const u = normal(n, s);
    const square = u.reduce((sum, x) => sum + x * x, 0);
    return eye.map((value, at) => value - (2 * u[Math.floor(at / n)] * u[at % n]) / square);
  };
  return naive(reflect(seed), reflect(seed + 10), n, n, n);
}
