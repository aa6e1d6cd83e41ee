import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { mergeStats, resampled } from '../score/metric.js';
import { binaryConfusion, thresholdConfusion } from './binary-confusion.js';
import { binaryRate, binaryRates, type Decision } from './binary-rates.js';
import { mergeConfusions } from './f1.js';

const random = createRandom(11);
const decisions = Array.from(
  { length: 200 },
  (): Decision => ({ prediction: random.integer(2), label: random.integer(2) }),
);
const predictions = decisions.map(({ prediction }) => prediction);
const labels = decisions.map(({ label }) => label);

describe('rates of a binary decision', () => {
  it('agree with their definitions', () => {
    const rates = binaryRates({
      truePositives: 30,
      falsePositives: 10,
      falseNegatives: 20,
      trueNegatives: 40,
    });
    expect(rates.informedness).toBeCloseTo(0.6 + 0.8 - 1, 12);
    expect(rates.markedness).toBeCloseTo(30 / 40 + 40 / 60 - 1, 12);
    expect(rates.positiveLikelihoodRatio).toBeCloseTo(0.6 / 0.2, 12);
    expect(rates.negativeLikelihoodRatio).toBeCloseTo(0.4 / 0.8, 12);
    expect(rates.diagnosticOddsRatio).toBeCloseTo(6, 12);
    expect(rates.falseDiscoveryRate).toBeCloseTo(0.25, 12);
    expect(rates.falseOmissionRate).toBeCloseTo(1 / 3, 12);
    expect(rates.falsePositiveRate).toBeCloseTo(0.2, 12);
    expect(rates.falseNegativeRate).toBeCloseTo(0.4, 12);
    expect(rates.prevalence).toBe(0.5);
  });

  it('have no value where the denominator is 0, or the one asked for', () => {
    const nothing = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 9 };
    expect(binaryRates(nothing)).toMatchObject({ precision: null, f1: null, mcc: null });
    expect(binaryRates(nothing, { zeroDivision: 1 }).precision).toBe(1);
    expect(binaryRates(nothing).balancedAccuracy).toBe(1);
    const empty = binaryRates({ ...nothing, trueNegatives: 0 });
    expect(Object.values(empty).every((rate) => rate === null)).toBe(true);
  });

  it('refuse a beta that is not positive', () => {
    expect(() => binaryRates(binaryConfusion([1], [1]), { beta: 0 })).toThrow('beta');
  });
});

describe('a rate as a metric of sums', () => {
  it('gives the whole from merged parts and from one call', () => {
    const metric = binaryRate('mcc');
    const sum = decisions.map((each) => metric.stats(each)).reduce(mergeStats, new Float64Array(4));
    const whole = binaryRates(binaryConfusion(predictions, labels)).mcc;
    expect(metric.finalise(sum)).toBe(whole);
    expect(resampled(metric, decisions).value()).toBe(whole);
    const parts = [decisions.slice(0, 60), decisions.slice(60)].map((part) =>
      binaryConfusion(
        part.map(({ prediction }) => prediction),
        part.map(({ label }) => label),
      ),
    );
    expect(binaryRates(mergeConfusions(parts)).mcc).toBe(whole);
  });

  it('states its choices', () => {
    expect(binaryRate('fBeta', { beta: 2, zeroDivision: 0 }).convention).toEqual({
      beta: 2,
      zeroDivision: 0,
    });
    expect(() => binaryRate('f1').stats({ prediction: 2, label: 0 })).toThrow('0 or 1');
  });
});

describe('counts of a binary decision', () => {
  it('refuse lengths that differ and values that are not 0 or 1', () => {
    expect(() => binaryConfusion([1, 0], [1])).toThrow('2 labels');
    expect(() => binaryConfusion([1], [-1])).toThrow('labels[0]');
    expect(() => thresholdConfusion([0.2], [1], Number.NaN)).toThrow('threshold');
    expect(thresholdConfusion([0.2], [1], Number.POSITIVE_INFINITY).falseNegatives).toBe(1);
  });
});
