import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { auroc, bootstrap, mergeConfusions, precisionRecall, regionIou } from './index.js';

describe('auroc', () => {
  it('counts pairs, ties as half', () => {
    const random = createRandom(4);
    const scores = Array.from({ length: 60 }, () => random.integer(9));
    const labels = scores.map((score) => (random.uniform() < score / 12 ? 1 : 0));
    const positives = scores.filter((_, i) => labels[i] === 1);
    const negatives = scores.filter((_, i) => labels[i] === 0);
    const pairs = positives.flatMap((a) => negatives.map((b) => (a > b ? 1 : Number(a === b) / 2)));
    const wins = pairs.reduce((sum, win) => sum + win, 0);
    expect(auroc(scores, labels)).toBeCloseTo(wins / pairs.length, 12);
  });

  it('is 1 for a perfect order and null for one class', () => {
    expect(auroc([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
    expect(auroc([1, 2], [1, 1])).toBeNull();
  });

  it('refuses scores that are no numbers and lengths that differ', () => {
    expect(() => auroc([Number.NaN], [1])).toThrow('scores[0]');
    expect(() => auroc([1, 2], [1])).toThrow('2 labels');
  });
});

describe('bootstrap', () => {
  it('covers the mean of a known distribution about as often as asked', () => {
    let covered = 0;
    for (let run = 0; run < 100; run++) {
      const random = createRandom(run);
      const items = Array.from({ length: 80 }, () => random.normal());
      const mean = (sample: readonly number[]): number =>
        sample.reduce((a, b) => a + b, 0) / sample.length;
      const { low, high } = bootstrap(items, mean, { replicates: 200, seed: run });
      if (low !== null && high !== null && low <= 0 && high >= 0) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(86);
    expect(covered).toBeLessThanOrEqual(100);
  });

  it('is the same for the same seed and leaves out replicates without a value', () => {
    const items = [
      { s: 1, y: 0 },
      { s: 2, y: 1 },
    ];
    const statistic = (sample: readonly { s: number; y: number }[]): number | null =>
      auroc(
        sample.map(({ s }) => s),
        sample.map(({ y }) => y),
      );
    const one = bootstrap(items, statistic, { replicates: 100 });
    expect(one).toEqual(bootstrap(items, statistic, { replicates: 100 }));
    expect(one.replicates).toBeLessThan(100);
  });
});

describe('precisionRecall', () => {
  it('merges counts and has no value without positives', () => {
    const a = { truePositives: 1, falsePositives: 1, falseNegatives: 0 };
    expect(precisionRecall(mergeConfusions([a, a]))).toEqual({
      precision: 0.5,
      recall: 1,
      f1: 2 / 3,
    });
    expect(
      precisionRecall({ truePositives: 0, falsePositives: 0, falseNegatives: 0 }).f1,
    ).toBeNull();
  });
});

describe('regionIou', () => {
  it('counts a missing region as 0', () => {
    const truth = { 'right lung': [0, 0, 10, 10], 'left lung': [10, 0, 20, 10] } as const;
    const scores = regionIou({ 'right lung': [0, 0, 10, 5] }, truth);
    expect([...scores.values()]).toEqual([0.5, 0]);
  });
});
