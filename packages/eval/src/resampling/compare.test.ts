import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { auroc } from '../classification/auroc.js';
import { binaryRate } from '../classification/binary-rates.js';
import type { Metric } from '../score/metric.js';
import { compareRanked } from './compare-ranked.js';
import { compareResampled } from './compare-resampled.js';
import { compareSystems } from './compare-systems.js';
import { delongPaired } from './delong.js';

const mean: Metric<number> = {
  name: 'mean',
  convention: { agg: 'micro' },
  length: 2,
  stats: (x) => Float64Array.of(x, 1),
  finalise: ([sum, n]) => (n === 0 ? null : sum / n),
};

describe('comparison of two systems by sums', () => {
  it('has the p of all 2^n swaps', () => {
    const a = [3, 1, 4, 1, 5, 9, 2, 6];
    const b = [2, 1, 1, 2, 3, 5, 4, 1];
    const observed = Math.abs(a.reduce((sum, x, i) => sum + x - b[i], 0));
    let atLeast = 0;
    for (let mask = 0; mask < 256; mask++) {
      const sum = a.reduce((s, x, i) => s + (mask & (1 << i) ? b[i] - x : x - b[i]), 0);
      if (Math.abs(sum) >= observed) atLeast++;
    }
    const { p, ...rest } = compareSystems(a, b, mean, { replicates: 20_000 });
    expect(Math.abs((p ?? 2) - atLeast / 256)).toBeLessThan(0.01);
    expect(rest).toMatchObject({ n: 8, replicates: 20_000, skipped: 0 });
    expect(rest.difference).toBeCloseTo(observed / 8, 12);
    expect(rest.signature).toBe('mean|agg:micro|n:8|v1');
    expect(rest.interval).toBeUndefined();
  });

  it.each(['randomisation', 'bootstrap'] as const)('finds a real difference (%s)', (test) => {
    const random = createRandom(1);
    const a = Array.from({ length: 100 }, () => random.normal() + 0.8);
    const b = a.map((x) => x - 0.5 + random.normal() / 2);
    const forth = compareSystems(a, b, mean, { test, replicates: 500 });
    expect(forth.p).toBe(1 / 501);
    const back = compareSystems(b, a, mean, { test, replicates: 500 });
    expect(back.difference).toBe(-(forth.difference ?? 0));
    expect(back.p).toBe(forth.p);
    const same = compareSystems(a, a, mean, { test, replicates: 500 });
    expect(same).toMatchObject({ difference: 0, p: 1 });
  });

  it('has an interval of the difference by the bootstrap', () => {
    const random = createRandom(6);
    const a = Array.from({ length: 200 }, () => random.normal());
    const b = a.map((x) => x - 1 + random.normal() / 10);
    const { interval } = compareSystems(a, b, mean, { test: 'bootstrap' });
    expect(interval?.low).toBeGreaterThan(0.95);
    expect(interval?.high).toBeLessThan(1.05);
    expect(interval).toMatchObject({ method: 'percentile', confidence: 0.95, seed: 1 });
  });

  it('rejects an empty hypothesis about as often as the level says', () => {
    const rejected = { randomisation: 0, bootstrap: 0 };
    for (let run = 0; run < 100; run++) {
      const random = createRandom(77, run);
      const decide = () => ({ prediction: random.integer(2), label: 1 });
      const a = Array.from({ length: 40 }, decide);
      const b = Array.from({ length: 40 }, decide);
      for (const test of ['randomisation', 'bootstrap'] as const) {
        const options = { test, replicates: 200, seed: run };
        const { p } = compareSystems(a, b, binaryRate('accuracy'), options);
        if (p !== null && p <= 0.1) rejected[test]++;
      }
    }
    for (const times of Object.values(rejected)) expect(times).toBeLessThanOrEqual(20);
  });

  it('says when a system has no value and refuses lengths that differ or are 0', () => {
    const misses = [{ prediction: 0, label: 0 }];
    expect(compareSystems(misses, misses, binaryRate('f1'))).toMatchObject({
      a: null,
      p: null,
      reason: 'a system has no value on these items',
    });
    expect(() => compareSystems([1], [1, 2], mean)).toThrow('1 items');
    expect(() => compareSystems([], [], mean)).toThrow('at least one');
    const odd = { n: 3, value: () => 1 };
    expect(() => compareResampled(odd, mean)).toThrow('as many items');
  });
});

describe('comparison of two scores by ranks', () => {
  const random = createRandom(14);
  const labels = Array.from({ length: 150 }, () => random.integer(2));
  const a = labels.map((label) => label + random.normal());
  const b = a.map((score) => score + 2 * random.normal());

  it('has the values of each alone and about the p of DeLong', () => {
    const comparison = compareRanked(a, b, labels, { replicates: 1000 });
    expect(comparison.a).toBe(auroc(a, labels));
    expect(comparison.b).toBe(auroc(b, labels));
    const weaker = a.map((score) => score + 0.6 * random.normal());
    const near = compareRanked(a, weaker, labels, { replicates: 2000 });
    expect(Math.abs((near.p ?? 2) - (delongPaired(a, weaker, labels).p ?? 0))).toBeLessThan(0.05);
  });

  it('does not depend on the scales where ranks are swapped', () => {
    const stretched = b.map((score) => Math.exp(score) * 100);
    const options = { replicates: 300 };
    expect(compareRanked(a, stretched, labels, options)).toEqual(
      compareRanked(a, b, labels, options),
    );
    const byScore = compareRanked(a, b, labels, { ...options, swap: 'scores' });
    expect(byScore.signature).toBe('auroc|swap:scores|n:150|v1');
    expect(byScore.p).toBeLessThan(0.05);
  });

  it('takes the average precision and the bootstrap', () => {
    const options = { metric: 'averagePrecision', test: 'bootstrap', replicates: 300 } as const;
    const { p, interval, difference } = compareRanked(a, b, labels, options);
    expect(p).toBeLessThan(0.05);
    expect(interval?.low).toBeLessThan(difference ?? 0);
    expect(interval?.high).toBeGreaterThan(difference ?? 0);
  });

  it('refuses scores that are not finite and labels outside the set', () => {
    expect(() => compareRanked([1, Number.NaN], [1, 2], [0, 1])).toThrow('scores[1]');
    expect(() => compareRanked([1, 2], [1, 2], [0, 2])).toThrow('labels[1]');
    expect(compareRanked([1, 2], [2, 1], [1, 1]).p).toBeNull();
  });
});
