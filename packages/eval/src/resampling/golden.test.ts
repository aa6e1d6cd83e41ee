import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aurocResampled } from '../classification/auroc.js';
import { delong, delongPaired } from './delong.js';
import { intervalOf } from './interval.js';

// AUROC and quantiles of scikit-learn 1.2.1 and numpy 1.24.2, DeLong of roc_comparison and R pROC 1.18.0.
const golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/cls.json', import.meta.url), 'utf8'),
);

function near(actual: number | null | undefined, expected: number | null): void {
  if (expected === null) expect(actual ?? null).toBeNull();
  else expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-12);
}

const withDelong = Object.keys(golden.single).filter((name) => golden.single[name].delong);

describe.each(withDelong)('DeLong, %s', (name) => {
  const expected = golden.single[name];
  it('has the variance and the interval', () => {
    const estimate = delong(expected.score, expected.y);
    near(estimate.auroc, expected.delong.auc);
    near(estimate.variance, expected.delong.var);
    near(estimate.standardError, expected.delong.se);
    near(estimate.interval?.low, expected.delong.ci95_normal_clipped[0]);
    near(estimate.interval?.high, expected.delong.ci95_normal_clipped[1]);
    expect(estimate.reason === undefined).toBe(estimate.interval !== null);
  });
});

describe.each([
  ['without ties', 'b', 'a_vs_b'],
  ['with ties', 'c_ties', 'a_vs_c'],
])('paired DeLong %s', (_, other, key) => {
  it('has the covariances, z and p', () => {
    const { y, a } = golden.delong_paired;
    const expected = golden.delong_paired[key];
    const { aurocs, covariance, z, p } = delongPaired(a, golden.delong_paired[other], y);
    for (const i of [0, 1]) {
      near(aurocs?.[i], expected.auc[i]);
      for (const j of [0, 1]) near(covariance?.[i][j], expected.cov[i][j]);
    }
    near(z, expected.z);
    near(p, expected.p_two_sided);
  });
});

describe('bootstrap with stored draws', () => {
  const { y, score } = golden.single.continuous_n50;
  const { indices, auroc, chexzero_ci, percentile_linear } = golden.bootstrap;
  const statistic = aurocResampled(score, y);
  const replicates = Float64Array.from(indices, (drawn: number[]) => {
    const counts = new Uint16Array(y.length);
    for (const i of drawn) counts[i]++;
    return statistic.value(counts) ?? Number.NaN;
  });

  it('has the AUROC of each replicate', () => {
    for (const [i, each] of auroc.entries()) near(replicates[i], each);
  });

  it("has numpy's percentiles", () => {
    const interval = intervalOf(
      { value: statistic.value(), replicates },
      { method: 'percentile', confidence: 0.95, seed: 3 },
    );
    near(interval?.low, percentile_linear.lower);
    near(interval?.high, percentile_linear.upper);
    expect(interval).toMatchObject({
      ...{ replicates: 200, skipped: 0, seed: 3 },
      ...{ method: 'percentile', confidence: 0.95 },
    });
  });

  it("has CheXzero's order statistics", () => {
    const interval = intervalOf(
      { value: statistic.value(), replicates },
      { method: 'chexzero', confidence: 0.95, seed: 3 },
    );
    expect([interval?.low, interval?.high]).toEqual([chexzero_ci.lower, chexzero_ci.upper]);
  });
});
