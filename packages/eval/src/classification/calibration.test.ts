import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { resampled } from '../score/metric.js';
import {
  expectedCalibrationError,
  maximumCalibrationError,
  reliabilityCurve,
} from './calibration.js';
import { brier, brierScore, logLoss, logLossMetric } from './proper-scores.js';

const random = createRandom(5);
const probabilities = Array.from({ length: 1000 }, () => random.uniform());
const labels = probabilities.map((p) => (random.uniform() < p ? 1 : 0));

describe('reliability curve', () => {
  it('closes bins on the right and puts 0 in the first', () => {
    const counts = (p: number): number[] =>
      reliabilityCurve([p], [1], { bins: 4 }).map(({ count }) => count);
    expect(counts(0)).toEqual([1, 0, 0, 0]);
    expect(counts(0.25)).toEqual([1, 0, 0, 0]);
    expect(counts(0.26)).toEqual([0, 1, 0, 0]);
    expect(counts(1)).toEqual([0, 0, 0, 1]);
  });

  it('fills bins evenly by count and joins equal edges', () => {
    const even = reliabilityCurve(probabilities, labels, { bins: 8, binning: 'count' });
    expect(even.map(({ count }) => count)).toEqual(new Array(8).fill(125));
    const tied = reliabilityCurve([0.5, 0.5, 0.5], [0, 1, 1], { bins: 3, binning: 'count' });
    expect(tied.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(tied[0].positiveRate).toBeCloseTo(2 / 3, 14);
  });

  it('has nothing to say of empty bins', () => {
    expect(reliabilityCurve([0.05], [1])[5]).toMatchObject({ count: 0, positiveRate: null });
  });
});

describe('calibration errors', () => {
  it('are small for honest probabilities and large for inverted ones', () => {
    const inverted = probabilities.map((p) => 1 - p);
    expect(expectedCalibrationError(probabilities, labels)).toBeLessThan(0.06);
    expect(expectedCalibrationError(inverted, labels)).toBeGreaterThan(0.4);
    expect(maximumCalibrationError(inverted, labels)).toBeGreaterThan(0.8);
    expect(maximumCalibrationError([0.25, 0.35], [0, 1])).toBeCloseTo(0.65, 14);
  });

  it('have no value without items and refuse what is no probability', () => {
    expect(expectedCalibrationError([], [])).toBeNull();
    expect(maximumCalibrationError([], [])).toBeNull();
    expect(() => expectedCalibrationError([1.1], [1])).toThrow('[0, 1]');
    expect(() => reliabilityCurve([0.5], [1], { bins: 0 })).toThrow('bins');
  });
});

describe('proper scores', () => {
  it('are the same by sums', () => {
    const items = probabilities.map((probability, i) => ({ probability, label: labels[i] }));
    expect(resampled(brier(), items).value()).toBe(brierScore(probabilities, labels));
    expect(resampled(logLossMetric(), items).value()).toBe(logLoss(probabilities, labels));
    expect(brier().finalise(new Float64Array(2))).toBeNull();
  });

  it('keep certain errors finite, have no value without items, refuse NaN', () => {
    expect(logLoss([0], [1])).toBeCloseTo(52 * Math.LN2, 12);
    expect(brierScore([], [])).toBeNull();
    expect(() => brierScore([Number.NaN], [1])).toThrow('probabilities[0]');
    expect(() => logLoss([0.5], [0.5])).toThrow('labels[0]');
    expect(() => logLoss([0.5, 0.5], [1])).toThrow('2 labels');
  });
});
