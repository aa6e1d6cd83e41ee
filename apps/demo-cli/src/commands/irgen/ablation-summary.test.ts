import { describe, expect, it } from 'vitest';
import type { RunScores } from './ablation-measure.js';
import { change, type RunRow, studentT975, summarize } from './ablation-summary.js';

const estimate = (value: number) => ({ value, ci95: [value, value] as const });
const scores = (fid: number, auroc: number | null): RunScores => ({
  ...{ images: 10, n: 5, findings: {}, realFid: estimate(1), fid: estimate(fid) },
  auroc: auroc === null ? null : estimate(auroc),
});

describe('change', () => {
  it('is that of the means, with a t interval over seeds', () => {
    const pairs = [
      { text: 100, reference: 80 },
      { text: 100, reference: 90 },
      { text: 100, reference: 85 },
    ];
    const { percent, t95, bootstrap95 } = change(pairs, -1, 1);
    expect(percent).toBeCloseTo(15, 10);
    // Changes 20, 10, 15: deviation 5, and t of two degrees of freedom.
    const reach = (4.3027 * 5) / Math.sqrt(3);
    expect(t95?.[0]).toBeCloseTo(15 - reach, 8);
    expect(t95?.[1]).toBeCloseTo(15 + reach, 8);
    expect(bootstrap95).toEqual([10, 20]);
  });

  it('has no interval of one seed', () => {
    const pair = { text: 0.5, reference: 0.6 };
    const { percent, t95, bootstrap95 } = change([pair], 1, 1);
    expect([percent.toFixed(6), t95, bootstrap95]).toEqual(['20.000000', null, null]);
  });
});

describe('summarize', () => {
  it('pairs the sides by seed', () => {
    const rows: RunRow[] = [
      { arm: 'text', seed: 0, scores: scores(40, 0.8) },
      { arm: 'text+reference', seed: 1, scores: scores(30, 0.9) },
      { arm: 'text', seed: 1, scores: scores(60, 0.7) },
      { arm: 'text+reference', seed: 0, scores: scores(20, null) },
    ];
    const { means, fid, auroc } = summarize(rows, 0);
    expect([means.text.fid, means['text+reference'].fid]).toEqual([50, 25]);
    expect(fid.percent).toBe(50);
    expect(fid.t95?.[0]).toBeCloseTo(50, 10);
    // Only seed 1 has both.
    expect(auroc?.percent).toBeCloseTo(100 * (0.2 / 0.7), 10);
    expect(summarize(rows.slice(2), 0).auroc).toBeNull();
  });
});

describe('studentT975', () => {
  it.each([
    [1, 12.7062],
    [9, 2.2622],
    [10, 2.2281],
    [30, 2.0423],
    [1000, 1.9623],
  ])('of %i degrees of freedom is %f', (freedom, value) => {
    expect(studentT975(freedom)).toBeCloseTo(value, 3);
  });
});
