import { describe, expect, it } from 'vitest';
import { type Metric, mergeStats, resampled } from './metric.js';
import { score, signature } from './score.js';

const mean: Metric<number> = {
  name: 'mean',
  convention: { agg: 'micro' },
  length: 2,
  stats: (x) => Float64Array.of(x, 1),
  finalise: ([sum, n]) => (n === 0 ? null : sum / n),
};

describe('a metric by its sums', () => {
  it('counts items as often as they are drawn', () => {
    const values = resampled(mean, [1, 2, 6]);
    expect(values.value()).toBe(3);
    expect(values.value([0, 3, 1])).toBe(3);
    expect(values.value([0, 0, 0])).toBeNull();
  });

  it('gives the whole from merged parts', () => {
    const parts = [mean.stats(1), mean.stats(2), mean.stats(6)];
    expect(mean.finalise(parts.reduce(mergeStats, new Float64Array(2)))).toBe(3);
  });
});

describe('a score', () => {
  it('carries what decides the number', () => {
    expect(signature('bleu4', { prep: 'ptb', refs: 1 }, 7)).toBe('bleu4|prep:ptb|refs:1|n:7|v1');
    expect(score('mean', {}, 0, null, { reason: 'no items' })).toEqual({
      name: 'mean',
      value: null,
      reason: 'no items',
      signature: 'mean|n:0|v1',
      n: 0,
    });
  });
});
