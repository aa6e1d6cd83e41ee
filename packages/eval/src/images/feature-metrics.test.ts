import { readFileSync } from 'node:fs';
import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from './features.js';
import { inceptionScore } from './inception-score.js';
import type { MmdEstimator } from './kernel-mmd.js';
import { kid } from './kid.js';
import { memorisation } from './memorisation.js';
import { precisionRecallDensityCoverage } from './precision-recall.js';
import { vendi } from './vendi.js';

const golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/img.json', import.meta.url), 'utf8'),
);

function matrix(rows: readonly (readonly number[])[]): FeatureMatrix {
  return { dims: [rows.length, rows[0].length], data: Float64Array.from(rows.flat()) };
}

function normal(n: number, d: number, seed: number, shift = 0): FeatureMatrix {
  const random = createRandom(seed);
  return {
    dims: [n, d],
    data: Float64Array.from({ length: n * d }, () => random.normal() + shift),
  };
}

function close(actual: number | null, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThan(1e-12 * Math.max(1, expected));
}

describe('kid', () => {
  const x = matrix(golden.kid.x);
  const y = matrix(golden.kid.y);

  it.each(Object.entries(golden.kid.full_set as Record<string, number>))(
    'equals torch-fidelity on all rows: %s',
    (estimator, expected) => {
      close(
        kid(x, y, { subsets: 'whole', estimator: estimator as MmdEstimator }).score.value,
        expected,
      );
    },
  );

  it('equals torch-fidelity on its subsets', () => {
    const subsets = (
      golden.kid.subsets as { x_idx: number[]; y_idx: number[]; mmd2: number }[]
    ).map(({ x_idx: real, y_idx: generated, mmd2 }) => ({ real, generated, mmd2 }));
    const result = kid(x, y, { subsets });
    for (const [i, { mmd2 }] of subsets.entries()) close(result.values[i], mmd2);
    close(result.score.value, golden.kid.mean);
    close(result.standardDeviation, golden.kid.std_ddof0);
    // one subset alone is less work than the whole kernel: the other way to compute it
    close(kid(x, y, { subsets: subsets.slice(3, 4) }).score.value, subsets[3].mmd2);
  });

  it('takes a Gaussian kernel', () => {
    const kernel = { type: 'rbf', sigma: 10 } as const;
    close(kid(x, y, { subsets: 'whole', kernel }).score.value, golden.kid.rbf_sigma_10_unbiased);
  });

  it('draws the same subsets for the same seed and names its choices', () => {
    const options = { subsets: 20, subsetSize: 25 };
    const one = kid(x, y, options);
    expect(one).toEqual(kid(x, y, options));
    expect(one.values).not.toEqual(kid(x, y, { ...options, seed: 2 }).values);
    expect(one.score.signature).toBe(
      'kid|features:unnamed|convention:torch-fidelity|estimator:unbiased|kernel:poly3,1/d,1|subsets:20|size:25|seed:1|real:50|generated:50|n:100|v1',
    );
  });

  it('sees a shift and is near 0 without one', () => {
    const options = { subsets: 10, subsetSize: 100 };
    const same = kid(normal(300, 8, 1), normal(300, 8, 2), options);
    expect(Math.abs(same.score.value ?? Number.NaN)).toBeLessThan(4 * same.standardDeviation);
    const shifted = kid(normal(300, 8, 1), normal(300, 8, 2, 0.7), options);
    expect(shifted.score.value).toBeGreaterThan(4 * shifted.standardDeviation);
  });

  it('refuses sets smaller than a subset, or shrinks subsets by the other convention', () => {
    expect(() => kid(x, y)).toThrow("'clean-fid'");
    const small = kid(x, y, { convention: 'clean-fid', subsets: 3 });
    expect(small.score.signature).toContain('size:50');
    close(small.values[2], golden.kid.full_set.unbiased); // a shuffle of all rows
    expect(() => kid(x, y, { subsets: 0 })).toThrow('subsets');
    expect(() => kid(x, y, { subsets: [{ real: [0, 50], generated: [0, 1] }] })).toThrow(
      'below 50',
    );
    expect(() =>
      kid(x, y, { subsets: [{ real: [0, 1, 2], generated: [0, 1] }], estimator: 'u-statistic' }),
    ).toThrow('u-statistic');
    expect(() => kid(matrix([[1, 2]]), y)).toThrow('same length');
    expect(() => kid(normal(1, 16, 1), y)).toThrow('at least 2 rows');
  });
});

describe('precisionRecallDensityCoverage', () => {
  const real = matrix(golden.prdc.real);
  const fake = matrix(golden.prdc.fake);

  it.each(golden.prdc.results as Record<string, number>[])('equals prdc: k = $k', (expected) => {
    const { k } = expected;
    const found = precisionRecallDensityCoverage(real, fake, { k });
    for (const name of ['precision', 'recall', 'density', 'coverage'] as const)
      expect(found[name].value).toBe(expected[name]);
    const edge = precisionRecallDensityCoverage(real, fake, { k, convention: 'torch-fidelity' });
    expect(edge.precision.value).toBe(expected.torch_fidelity_precision_le);
    expect(edge.recall.value).toBe(expected.torch_fidelity_recall_le);
    expect(edge.density).toMatchObject({
      value: null,
      reason: 'torch-fidelity does not define it',
    });
  });

  it('tells the conventions apart on ties', () => {
    const { grid_ties: grid } = golden.prdc;
    const sides = [matrix(grid.real), matrix(grid.fake)] as const;
    const inside = precisionRecallDensityCoverage(...sides, { k: grid.k });
    for (const name of ['precision', 'recall', 'density', 'coverage'] as const)
      expect(inside[name].value).toBe(grid.strict_less[name]);
    const edge = precisionRecallDensityCoverage(...sides, { convention: 'torch-fidelity' });
    expect(edge.precision.value).toBe(grid.less_equal_precision);
    expect(edge.precision.signature).toContain('convention:torch-fidelity|k:3');
  });

  it('is complete for a set and itself, empty for a far one, and swaps sides', () => {
    const x = normal(40, 4, 1);
    const self = precisionRecallDensityCoverage(x, x);
    expect([self.precision.value, self.recall.value, self.coverage.value]).toEqual([1, 1, 1]);
    const far = precisionRecallDensityCoverage(x, normal(30, 4, 2, 50));
    expect([far.precision.value, far.recall.value, far.density.value]).toEqual([0, 0, 0]);
    const turned = precisionRecallDensityCoverage(fake, real);
    const straight = precisionRecallDensityCoverage(real, fake);
    expect(turned.precision.value).toBe(straight.recall.value);
  });

  it('refuses more neighbours than there are, and values that are no numbers', () => {
    expect(() => precisionRecallDensityCoverage(real, normal(5, 5, 1))).toThrow('1 to 4');
    expect(() => precisionRecallDensityCoverage(real, fake, { k: 0 })).toThrow('for k');
    const bad = matrix([
      [1, Number.POSITIVE_INFINITY],
      [1, 2],
    ]);
    expect(() => precisionRecallDensityCoverage(bad, bad, { k: 1 })).toThrow('real[0, 1]');
  });
});

describe('memorisation', () => {
  const train = normal(200, 6, 1);
  const validation = normal(100, 6, 2);

  it('finds copies and shows where they come from', () => {
    const data = Float64Array.from(normal(50, 6, 3).data);
    data.set(train.data.subarray(17 * 6, 18 * 6), 4 * 6);
    data.set(
      train.data.subarray(99 * 6, 100 * 6).map((value) => value + 1e-3),
      30 * 6,
    );
    const found = memorisation({ generated: { dims: [50, 6], data }, train, validation });
    expect(found.copies.slice(0, 2)).toEqual([4, 30]);
    expect([found.generated.nearest[4], found.generated.nearest[30]]).toEqual([17, 99]);
    expect(found.generated.distances[4]).toBe(0);
    expect(found.generated.distances[30]).toBeCloseTo(1e-3 * Math.sqrt(6), 10);
    expect(found.generated.quantiles[0]).toBe(0);
    expect(found.copyRate.value).toBe(found.copies.length / 50);
  });

  it('shows no sign for new items and every sign for copies', () => {
    const fresh = memorisation({ generated: normal(300, 6, 5), train, validation });
    expect(fresh.nearerThanValidation.value).toBeGreaterThan(0.42);
    expect(fresh.nearerThanValidation.value).toBeLessThan(0.58);
    expect(fresh.copyRate.value).toBeLessThan(0.12);
    const copied = memorisation({ generated: train, train, validation });
    expect(copied.nearerThanValidation.value).toBe(1);
    expect(copied.copyRate.value).toBe(1);
    expect(copied.authenticity.value).toBe(0);
    const far = memorisation({ generated: normal(20, 6, 5, 40), train, validation });
    expect(far.authenticity.value).toBe(1);
    expect(far.nearerThanValidation.value).toBe(0);
    const own = memorisation({ generated: validation, train, validation });
    expect(own.nearerThanValidation.value).toBe(0.5);
  });

  it('measures directions only by the cosine', () => {
    const scaled = { dims: train.dims, data: train.data.map((value) => value * 9) };
    const found = memorisation({ generated: scaled, train, validation }, { distance: 'cosine' });
    expect(found.generated.quantiles.at(-1)).toBeLessThan(1e-15);
    expect(found.copyRate.value).toBe(1);
  });

  it('refuses what cannot be compared', () => {
    expect(() => memorisation({ generated: normal(3, 5, 1), train, validation })).toThrow(
      'same length',
    );
    expect(() =>
      memorisation({ generated: validation, train: normal(1, 6, 1), validation }),
    ).toThrow('train');
    expect(() =>
      memorisation({ generated: train, train, validation }, { copyQuantile: 1 }),
    ).toThrow('copyQuantile');
  });
});

describe('inceptionScore', () => {
  const probabilities = matrix(golden.inception_score.probs);

  it('equals torch-fidelity without shuffling', () => {
    const found = inceptionScore(probabilities, { splits: 3 });
    for (const [i, value] of found.splits.entries())
      close(value, golden.inception_score.per_split[i]);
    close(found.score.value, golden.inception_score.mean);
    close(found.standardDeviation, golden.inception_score.std_ddof0);
    const { score } = inceptionScore(probabilities, { splits: 1 });
    close(score.value, golden.inception_score.single_split);
  });

  it('is 1 for equal rows and the number of classes for sure and varied ones', () => {
    const same = matrix(Array.from({ length: 4 }, () => [0.2, 0.8]));
    close(inceptionScore(same, { splits: 2 }).score.value, 1);
    const sure = matrix([0, 1, 2].map((i) => [0, 1, 2].map((j) => Number(i === j))));
    close(inceptionScore(sure, { splits: 1 }).score.value, 3);
  });

  it('refuses logits and more splits than rows', () => {
    expect(() => inceptionScore(matrix([[2, 1]]), { splits: 1 })).toThrow('not logits');
    expect(() => inceptionScore(matrix([[1.5, -0.5]]), { splits: 1 })).toThrow('at least 0');
    expect(() => inceptionScore(matrix([[1, 0]]))).toThrow('splits');
  });
});

describe('vendi', () => {
  const embeddings = matrix(golden.clip.image);

  it('equals the reference', () => {
    close(vendi(embeddings).value, golden.vendi_of_clip_image_embeddings);
  });

  it('counts different items, by rows or by columns', () => {
    const axes = [0, 1, 2].map((i) => [0, 1, 2, 3].map((j) => Number(i === j)));
    close(vendi(matrix(axes)).value, 3);
    close(vendi(matrix([...axes, ...axes, ...axes])).value, 3);
    close(vendi(matrix([axes[0], axes[0]])).value, 1);
    for (const order of [0.5, 2, Number.POSITIVE_INFINITY])
      close(vendi(matrix([...axes, ...axes]), { order }).value, 3);
  });

  it('has no value for nothing and refuses rows without direction', () => {
    expect(vendi({ dims: [0, 3], data: new Float64Array(0) })).toMatchObject({ value: null });
    expect(() => vendi(matrix([[0, 0]]))).toThrow('features[0]');
    expect(() => vendi(embeddings, { order: 0 })).toThrow('order');
  });
});
