import { readFileSync } from 'node:fs';
import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { featureStatistics, mergeFeatureStatistics } from './feature-statistics.js';
import type { FeatureMatrix } from './features.js';
import { fid, fidAsync } from './fid.js';

interface FidCase {
  readonly name: string;
  readonly x: number[][];
  readonly y: number[][];
  readonly fid_reference_nuclear_norm: number;
}

interface LcgCase {
  readonly seed1: number;
  readonly n1: number;
  readonly seed2: number;
  readonly n2: number;
  readonly d: number;
  readonly mix1: number;
  readonly mix2: number;
  readonly x_first4: number[];
  readonly y_last2: number[];
  readonly fid_reference_nuclear_norm: number;
}

const golden: { readonly fid: FidCase[]; readonly fid_lcg: { readonly cases: LcgCase[] } } =
  JSON.parse(readFileSync(new URL('../../test/fixtures/img.json', import.meta.url), 'utf8'));

/** Puts a list of rows into a matrix. */
function matrix(rows: readonly (readonly number[])[]): FeatureMatrix {
  return { dims: [rows.length, rows[0].length], data: Float64Array.from(rows.flat()) };
}

/** Makes features by the fixture's generator. */
function lcg(seed: number, n: number, d: number, mix: number): FeatureMatrix {
  const u = new Float64Array(n * d);
  let state = seed;
  for (let i = 0; i < u.length; i++) {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    u[i] = state / 2 ** 32;
  }
  const data = u.map((value, i) => (i % d === 0 ? value : value + mix * u[i - 1]));
  return { dims: [n, d], data };
}

function close(actual: number | null, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThan(1e-9 * expected + 1e-12);
}

function rows({ data, dims }: FeatureMatrix, from: number, to: number): FeatureMatrix {
  return { dims: [to - from, dims[1]], data: data.slice(from * dims[1], to * dims[1]) };
}

describe('fid', () => {
  it.each(golden.fid)('equals the exact value: $name', ({ x, y, ...expected }) => {
    close(fid(matrix(x), matrix(y)).value, expected.fid_reference_nuclear_norm);
  });

  it.each(golden.fid_lcg.cases)('equals the exact value: n1 $n1, n2 $n2, d $d', (c) => {
    const x = lcg(c.seed1, c.n1, c.d, c.mix1);
    const y = lcg(c.seed2, c.n2, c.d, c.mix2);
    expect([...x.data.slice(0, 4)]).toEqual(c.x_first4);
    expect([...y.data.slice(-2)]).toEqual(c.y_last2);
    close(fid(x, y).value, c.fid_reference_nuclear_norm);
  });

  it.each(golden.fid)('is the same from merged parts: $name', ({ x, y }) => {
    const whole = fid(matrix(x), matrix(y)).value ?? Number.NaN;
    const parts = [x.slice(0, 1), x.slice(1, 9), x.slice(9)].filter((part) => part.length > 0);
    const merged = parts
      .map((part) => featureStatistics(matrix(part)))
      .reduce(mergeFeatureStatistics);
    const total = merged.n;
    expect(total).toBe(x.length);
    const size = Math.abs(whole) + Math.max(...x.flat().map((value) => value * value)) * 1e-3;
    expect(Math.abs((fid(merged, matrix(y)).value ?? Number.NaN) - whole)).toBeLessThan(
      1e-9 * size,
    );
  });

  it('agrees over its three routes', () => {
    const x = lcg(1, 90, 24, 0.5);
    const y = lcg(2, 400, 24, 0.7);
    const few = rows(x, 0, 20);
    const direct = fid(few, rows(y, 0, 60)).value ?? Number.NaN; // rows on both sides
    close(fid(few, featureStatistics(rows(y, 0, 60))).value, direct); // rows and a factor
    const many = fid(x, y).value ?? Number.NaN; // two factors
    close(fid(y, x).value, many);
    close(fid(featureStatistics(x), featureStatistics(y)).value, many);
  });

  it('is exact for singular scatters of many rows', () => {
    const random = createRandom(3);
    const normal = (n: number): number[][] =>
      Array.from({ length: n }, () => Array.from({ length: 6 }, () => random.normal()));
    const full = normal(50);
    const flat = normal(40).map(([a, b, c]) => [a, b, c, a + b, b - c, a]);
    const apart = normal(45).map(([a, b]) => [a, b, -a - b, b, a, b - a]);
    const dead = normal(45).map(([a, b, c, d, e]) => [0.1, a, b, c, d, e]);
    const double = [...flat.slice(0, 5), ...flat.slice(0, 5)];
    const wide = (rows: number[][]): FeatureMatrix =>
      matrix(rows.map((row) => [...row, ...new Array<number>(60).fill(0)])); // fewer rows than columns
    const sets = [full, flat, apart, dead, double];
    for (const [i, x] of sets.entries())
      for (const y of sets.slice(i))
        close(fid(matrix(x), matrix(y)).value, fid(wide(x), wide(y)).value ?? Number.NaN);
  });

  it('is 0 for a set and itself, symmetric, and blind to the order of rows', () => {
    const x = lcg(5, 60, 16, 0.3);
    const y = lcg(6, 50, 16, 0.6);
    expect(fid(x, x).value).toBeLessThan(1e-12);
    const value = fid(x, y).value ?? Number.NaN;
    close(fid(y, x).value, value);
    const order = createRandom(1).shuffle(Array.from({ length: 60 }, (_, i) => i));
    close(fid(matrix(order.map((i) => [...rows(x, i, i + 1).data])), y).value, value);
  });

  it('lets another machine make the products', async () => {
    const x = lcg(1, 90, 24, 0.5);
    const y = lcg(2, 120, 24, 0.7);
    let calls = 0;
    const multiply = async (
      a: Float64Array,
      b: Float64Array,
      m: number,
      n: number,
      k: number,
    ): Promise<Float64Array> => {
      calls++;
      const c = new Float64Array(m * n);
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++)
          for (let t = 0; t < k; t++) c[i * n + j] += a[i * k + t] * b[j * k + t];
      return c;
    };
    close((await fidAsync(x, y, { multiply })).value, fid(x, y).value ?? Number.NaN);
    expect(calls).toBe(4);
    await expect(fidAsync(x, y, { multiply, signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('prints the extractor and both counts', () => {
    const x = { ...lcg(1, 30, 4, 0.5), extractor: 'densenet121-res224-all/gap' };
    expect(fid(x, lcg(2, 20, 4, 0.5)).signature).toBe(
      'fid|features:densenet121-res224-all/gap|real:30|generated:20|n:50|v1',
    );
  });

  it('has no value for a single image and refuses what does not compare', () => {
    const x = lcg(1, 30, 4, 0.5);
    expect(fid(x, rows(x, 0, 1))).toMatchObject({
      value: null,
      reason: expect.stringContaining('two images a side'),
    });
    expect(() => fid(x, lcg(1, 30, 5, 0.5))).toThrow('same length');
    expect(() => fid({ ...x, extractor: 'a' }, { ...x, extractor: 'b' })).toThrow('extractor');
    expect(() => fid({ ...x, dims: [120] }, x)).toThrow('[n, d]');
    expect(() => fid({ ...x, dims: [29, 4] }, x)).toThrow('116 values');
    const bad = x.data.map((value, i) => (i === 9 ? Number.NaN : value));
    expect(() => fid(x, { dims: x.dims, data: bad })).toThrow('generated[2, 1]');
  });
});
