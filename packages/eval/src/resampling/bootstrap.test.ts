import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { aurocResampled } from '../classification/auroc.js';
import { type Metric, resampled } from '../score/metric.js';
import { intervalSignature } from '../score/score.js';
import { bootstrap } from './bootstrap.js';
import { bootstrapInterval, bootstrapIntervals, bootstrapScore } from './bootstrap-score.js';
import { intervalOf } from './interval.js';
import { quantile } from './quantile.js';
import { leaveOneOut, together } from './replicates.js';

const mean: Metric<number> = {
  name: 'mean',
  convention: {},
  length: 2,
  stats: (x) => Float64Array.of(x, 1),
  finalise: ([sum, n]) => (n === 0 ? null : sum / n),
};

describe('bootstrap of a metric', () => {
  const random = createRandom(21);
  const values = Array.from({ length: 40 }, () => random.normal());

  it('is the same for the same seed, and another for another', () => {
    const statistic = resampled(mean, values);
    const one = bootstrapInterval(statistic, { seed: 4, replicates: 200 });
    expect(one).toEqual(bootstrapInterval(statistic, { seed: 4, replicates: 200 }));
    expect(one).not.toEqual(bootstrapInterval(statistic, { seed: 5, replicates: 200 }));
  });

  it('says how it was made, so that it can be made again', () => {
    const statistic = resampled(mean, values);
    const asked = { method: 'bca', confidence: 0.9, replicates: 200, seed: 4 } as const;
    const { method, confidence, replicates, skipped, seed, ...ends } =
      bootstrapInterval(statistic, asked) ?? {};
    expect({ method, confidence, replicates, seed }).toEqual(asked);
    expect(skipped).toBe(0);
    expect(Object.keys(ends).sort()).toEqual(['high', 'low']);
    const made = bootstrapScore({ name: 'mean' }, statistic, asked);
    expect(made.interval && intervalSignature(made.interval)).toBe(
      'bca|confidence:0.9|replicates:200|skipped:0|seed:4',
    );
    // The number itself is the same, with an interval or without.
    expect(made.signature).toBe('mean|n:40|v1');
    expect(bootstrap(values, () => 1, asked)).toMatchObject({
      ...{ method: 'percentile', confidence: 0.9, replicates: 200, seed: 4 },
    });
  });

  it('covers the true mean about as often as asked, by each method', () => {
    const covered = { percentile: 0, bca: 0 };
    for (let run = 0; run < 100; run++) {
      const draws = createRandom(run);
      const statistic = resampled(
        mean,
        Array.from({ length: 60 }, () => draws.normal()),
      );
      for (const method of ['percentile', 'bca'] as const) {
        const interval = bootstrapInterval(statistic, { replicates: 300, seed: run, method });
        if (interval !== null && interval.low <= 0 && interval.high >= 0) covered[method]++;
      }
    }
    for (const times of Object.values(covered)) {
      expect(times).toBeGreaterThanOrEqual(86);
      expect(times).toBeLessThanOrEqual(100);
    }
  });

  it('serves several statistics from the same draws', () => {
    const statistics = [resampled(mean, values), resampled(mean, values)];
    const [one, other] = bootstrapIntervals(statistics, { replicates: 50 });
    expect(one).toEqual(other);
    expect(one).toEqual(bootstrapInterval(statistics[0], { replicates: 50 }));
    expect(bootstrapIntervals([])).toEqual([]);
  });

  it('skips and counts replicates without a value', () => {
    const { interval } = bootstrapScore(
      { name: 'auroc' },
      aurocResampled([0.1, 0.4, 0.3, 0.9], [0, 0, 0, 1]),
      { replicates: 400 },
    );
    expect(interval?.skipped).toBeGreaterThan(80); // (3/4)^4 of the draws miss the positive
    expect(interval?.skipped).toBeLessThan(180);
    expect((interval?.replicates ?? 0) + (interval?.skipped ?? 0)).toBe(400);
  });

  it('gives no interval where there is no value, and the reason', () => {
    const statistic = aurocResampled([0.1, 0.2], [1, 1]);
    expect(bootstrapInterval(statistic)).toBeNull();
    expect(bootstrapScore({ name: 'auroc', reason: 'no negatives' }, statistic)).toEqual({
      name: 'auroc',
      value: null,
      reason: 'no negatives',
      signature: 'auroc|n:2|v1',
      n: 2,
    });
  });

  it('refuses no items, no replicates, confidences outside (0, 1) and other items', () => {
    const statistic = resampled(mean, values);
    expect(() => bootstrapInterval(resampled(mean, []))).toThrow('at least one item');
    expect(() => bootstrapInterval(statistic, { replicates: 0 })).toThrow('replicates');
    expect(() => bootstrapInterval(statistic, { confidence: 1 })).toThrow('confidence');
    expect(() => bootstrapIntervals([statistic, resampled(mean, [1])])).toThrow('statistics[1]');
    expect(() => bootstrap([1], () => 1, { replicates: 1.5 })).toThrow('replicates');
  });
});

describe('BCa', () => {
  // scipy.stats.bootstrap (1.10.1) of the mean, 60 resamples, confidence 0.9: its distribution and its interval
  const items = [1.2, 0.4, 3.3, 2.1, 8.9, 0.7, 1.1, 5.4, 0.2, 2.8, 1.9, 12.5];
  const replicates = Float64Array.of(
    3.408333333333333,
    3.8499999999999996,
    2.5416666666666665,
    2.391666666666666,
    3.1666666666666674,
    5.408333333333334,
    3.283333333333333,
    5.1000000000000005,
    4.616666666666666,
    3.6166666666666667,
    3.4166666666666665,
    1.133333333333333,
    4.866666666666667,
    4.1000000000000005,
    4.091666666666667,
    3.25,
    1.4583333333333333,
    4.291666666666667,
    2.7833333333333337,
    3.741666666666666,
    2.908333333333333,
    5.458333333333333,
    2.7249999999999996,
    4.233333333333333,
    2.6250000000000004,
    4.041666666666666,
    2.7750000000000004,
    5.600000000000001,
    2.658333333333333,
    3.616666666666667,
    3.125,
    4.0,
    3.1250000000000004,
    4.0,
    2.858333333333333,
    3.525,
    3.783333333333333,
    2.808333333333333,
    2.2083333333333335,
    4.374999999999999,
    2.091666666666667,
    4.416666666666667,
    2.8333333333333335,
    2.066666666666667,
    3.1249999999999996,
    4.183333333333333,
    3.933333333333333,
    4.041666666666666,
    4.458333333333333,
    3.741666666666667,
    3.758333333333333,
    4.333333333333333,
    3.775,
    1.3916666666666666,
    3.5999999999999996,
    3.65,
    3.225000000000001,
    3.7416666666666667,
    3.841666666666667,
    3.216666666666667,
  );

  it("has scipy's interval", () => {
    const statistic = resampled(mean, items);
    const [leftOut] = leaveOneOut(together(items.length, [statistic]));
    const interval = intervalOf(
      { value: statistic.value(), replicates, leftOut },
      { method: 'bca', confidence: 0.9, seed: 1 },
    );
    expect(interval?.low).toBeCloseTo(1.4506236869710103, 12);
    expect(interval?.high).toBeCloseTo(4.638769812455894, 12);
  });

  it('is a point where all replicates agree, and nothing where all lie on one side', () => {
    const one = new Float64Array(50).fill(1);
    const choices = { method: 'bca', confidence: 0.95, seed: 1 } as const;
    expect(intervalOf({ value: 1, replicates: one }, choices)).toMatchObject({
      low: 1,
      high: 1,
    });
    expect(intervalOf({ value: 2, replicates: one }, choices)).toBeNull();
  });
});

describe('quantile', () => {
  it('interpolates between order statistics', () => {
    expect(quantile([1, 2, 4], 0.75)).toBe(3);
    expect(quantile([1, 2, 4], 1)).toBe(4);
    expect(quantile([], 0.5)).toBeNull();
  });
});
