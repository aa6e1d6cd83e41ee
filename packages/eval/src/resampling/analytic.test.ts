import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { delong, delongCovariance, delongPaired } from './delong.js';
import { mcnemar } from './mcnemar.js';
import { adjustPValues } from './multiple-testing.js';

describe('DeLong', () => {
  const random = createRandom(9);
  const labels = Array.from({ length: 60 }, (_, i) => i % 2);
  const a = labels.map((label) => label + random.normal());
  const b = labels.map((label) => label / 2 + random.normal());

  it('is antisymmetric and takes more than two', () => {
    const forth = delongPaired(a, b, labels);
    const back = delongPaired(b, a, labels);
    expect(back.z).toBeCloseTo(-(forth.z ?? 0), 12);
    expect(back.p).toBeCloseTo(forth.p ?? 0, 12);
    expect(forth.interval?.low).toBeLessThan(forth.difference ?? 0);
    const { covariance } = delongCovariance([a, b, a], labels);
    expect(covariance?.[0][2]).toBe(covariance?.[0][0]);
    expect(covariance?.[1][1]).toBe(delong(b, labels).variance);
  });

  it('has no test of equal ranks, no variance of one case, no value of one class', () => {
    const stretched = a.map((score) => 3 * score + 1);
    expect(delongPaired(a, stretched, labels)).toMatchObject({
      difference: 0,
      p: null,
      reason: 'the variance is 0: no interval, no test',
    });
    expect(delongPaired([1, 2, 3], [3, 1, 2], [0, 0, 1])).toMatchObject({
      covariance: null,
      p: null,
      reason: 'one positive only: no variance',
    });
    expect(delongPaired([1, 2], [2, 1], [1, 1])).toMatchObject({
      aurocs: null,
      reason: 'no negatives',
    });
    expect(delong([1, 2], [0, 0])).toMatchObject({ auroc: null, reason: 'no positives' });
  });

  it('refuses scores that are not finite, other lengths and confidences outside (0, 1)', () => {
    expect(() => delong([Number.NaN, 1], [0, 1])).toThrow('scores[0]');
    expect(() => delongPaired([1, 2], [1], [0, 1])).toThrow('labels');
    expect(() => delong(a, labels, { confidence: 1 })).toThrow('confidence');
  });
});

describe('McNemar', () => {
  const cases = (onlyA: number, onlyB: number, both: number) => {
    const fill = (a: number, b: number, times: number) =>
      Array.from({ length: times }, () => ({ a, b }));
    const all = [...fill(1, 0, onlyA), ...fill(0, 1, onlyB), ...fill(1, 1, both)];
    return [all.map(({ a }) => a), all.map(({ b }) => b), all.map(() => 1)] as const;
  };

  it('has the exact p of scipy.stats.binomtest', () => {
    expect(mcnemar(...cases(3, 10, 5)).p).toBeCloseTo(0.09228515625, 14);
    expect(mcnemar(...cases(600, 400, 2)).p).toBeCloseTo(2.728464156065947e-10, 20);
    expect(mcnemar(...cases(4, 4, 0)).p).toBe(1);
    expect(mcnemar(...cases(0, 0, 3))).toMatchObject({ p: 1, statistic: 0 });
  });

  it('has the chi-square p with and without continuity correction', () => {
    const corrected = mcnemar(...cases(3, 10, 5), { method: 'chi-square' });
    expect(corrected.statistic).toBeCloseTo(36 / 13, 14);
    expect(corrected.p).toBeCloseTo(0.0960923294556734, 14);
    const plain = { method: 'chi-square', continuityCorrection: false } as const;
    expect(mcnemar(...cases(3, 10, 5), plain).statistic).toBeCloseTo(49 / 13, 14);
    expect(mcnemar(...cases(0, 0, 5), plain)).toMatchObject({
      p: null,
      reason: 'the systems never differ',
    });
  });

  it('takes words, is symmetric, refuses other lengths', () => {
    expect(mcnemar(['a', 'b'], ['b', 'b'], ['a', 'b'])).toMatchObject({ onlyA: 1, onlyB: 0 });
    const [a, b, labels] = cases(3, 10, 5);
    expect(mcnemar(b, a, labels).p).toBe(mcnemar(a, b, labels).p);
    expect(() => mcnemar([1], [1, 2], [1, 2])).toThrow('2 predictions');
  });
});

describe('correction for several tests', () => {
  const p = [0.01, 0.02, 0.03, 0.04, 0.05];

  it("has the values of R's p.adjust", () => {
    const near = (actual: readonly number[], expected: readonly number[]) => {
      for (const [i, each] of expected.entries()) expect(actual[i]).toBeCloseTo(each, 14);
    };
    near(adjustPValues(p, 'bonferroni'), [0.05, 0.1, 0.15, 0.2, 0.25]);
    near(adjustPValues(p, 'holm'), [0.05, 0.08, 0.09, 0.09, 0.09]);
    near(adjustPValues(p, 'benjamini-hochberg'), [0.05, 0.05, 0.05, 0.05, 0.05]);
    near(adjustPValues([0.8, 0.001, 0.3], 'holm'), [0.8, 0.003, 0.6]);
    near(adjustPValues([0.8, 0.001, 0.3], 'benjamini-hochberg'), [0.8, 0.003, 0.45]);
  });

  it('never lets a correction be stronger than Bonferroni, keeps the order, refuses what is no p', () => {
    const random = createRandom(2);
    const many = Array.from({ length: 30 }, () => random.uniform() ** 3);
    const bonferroni = adjustPValues(many, 'bonferroni');
    const holm = adjustPValues(many, 'holm');
    const hochberg = adjustPValues(many, 'benjamini-hochberg');
    for (const [i, each] of many.entries()) {
      expect(holm[i]).toBeLessThanOrEqual(bonferroni[i]);
      expect(hochberg[i]).toBeLessThanOrEqual(holm[i]);
      expect(hochberg[i]).toBeGreaterThanOrEqual(each);
    }
    expect(adjustPValues([], 'holm')).toEqual([]);
    expect(() => adjustPValues([0.1, Number.NaN], 'holm')).toThrow('p[1]');
  });
});
