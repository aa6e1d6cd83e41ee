import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { auroc, aurocResampled, partialAuroc } from './auroc.js';
import { averagePrecision, averagePrecisionResampled } from './average-precision.js';
import { thresholdConfusion } from './binary-confusion.js';
import { binaryRates } from './binary-rates.js';
import { precisionRecallCurve, rocCurve } from './curves.js';
import { bestThreshold, youdenThreshold } from './thresholds.js';

const random = createRandom(3);
const scores = Array.from({ length: 80 }, () => random.integer(30) / 10 - 1);
const labels = scores.map((score) => (random.uniform() < (score + 1.2) / 4 ? 1 : 0));

describe('AUROC and average precision', () => {
  it('do not depend on the order of the cases', () => {
    const order = random.shuffle(scores.map((_, i) => i));
    const shuffled = [order.map((i) => scores[i]), order.map((i) => labels[i])] as const;
    expect(auroc(...shuffled)).toBe(auroc(scores, labels));
    expect(averagePrecision(...shuffled)).toBe(averagePrecision(scores, labels));
  });

  it('depend on ranks only', () => {
    const stretched = scores.map((score) => Math.exp(3 * score) - 7);
    expect(auroc(stretched, labels)).toBe(auroc(scores, labels));
    expect(averagePrecision(stretched, labels)).toBe(averagePrecision(scores, labels));
  });

  it('turn round with the scores or the labels', () => {
    const value = auroc(scores, labels) ?? Number.NaN;
    const negated = scores.map((score) => -score);
    expect(auroc(negated, labels)).toBeCloseTo(1 - value, 14);
    const opposite = labels.map((label) => 1 - label);
    expect(auroc(negated, opposite)).toBeCloseTo(value, 14);
  });

  it('on a resample are those of the repeated cases', () => {
    const counts = scores.map(() => random.integer(4));
    const repeated = counts.flatMap((count, i) => new Array<number>(count).fill(i));
    const again = [repeated.map((i) => scores[i]), repeated.map((i) => labels[i])] as const;
    expect(aurocResampled(scores, labels).value(counts)).toBeCloseTo(auroc(...again) ?? 2, 14);
    const precision = averagePrecisionResampled(scores, labels).value(counts);
    expect(precision).toBeCloseTo(averagePrecision(...again) ?? 2, 14);
    expect(aurocResampled(scores, labels).value(labels)).toBeNull();
  });

  it('have no value for one class, one case or none', () => {
    expect(auroc([0.1, 0.2], [0, 0])).toBeNull();
    expect(auroc([0.1], [1])).toBeNull();
    expect(auroc([], [])).toBeNull();
    expect(averagePrecision([0.1, 0.2], [0, 0])).toBeNull();
    expect(averagePrecision([0.1], [1])).toBe(1);
    expect(rocCurve([1, 2], [1, 1])).toBeNull();
    expect(precisionRecallCurve([1, 2], [0, 0])).toBeNull();
    expect(youdenThreshold([1], [1])).toBeNull();
    expect(bestThreshold([1], [1], 'mcc')).toBeNull();
    expect(partialAuroc([1], [1], { maximumFalsePositiveRate: 0.5 })).toBeNull();
  });

  it('refuse scores that are no finite numbers, other lengths, other labels', () => {
    for (const metric of [auroc, averagePrecision, rocCurve, precisionRecallCurve]) {
      expect(() => metric([Number.POSITIVE_INFINITY], [1])).toThrow('scores[0]');
      expect(() => metric([Number.NaN], [1])).toThrow('scores[0]');
      expect(() => metric([1, 2], [1])).toThrow('2 labels');
      expect(() => metric([1], [-1])).toThrow('labels[0]');
    }
  });
});

describe('the best threshold', () => {
  it.each(['mcc', 'f1', 'accuracy', 'negativePredictiveValue', 'kappa'] as const)(
    'by %s is what counting anew at each threshold finds',
    (rate) => {
      for (let run = 0; run < 20; run++) {
        const tied = scores.map(() => random.integer(2 + run) / 4);
        const mixed = tied.map((score) => (random.uniform() < score ? 1 : 0));
        const curve = rocCurve(tied, mixed, { dropCollinear: true });
        let best: { threshold: number; value: number } | null = null;
        for (const threshold of curve?.thresholds.slice(1).reverse() ?? []) {
          const confusion = thresholdConfusion(tied, mixed, threshold);
          const value = binaryRates(confusion, { zeroDivision: 0 })[rate] ?? 0;
          if (best === null || value > best.value) best = { threshold, value };
        }
        expect(bestThreshold(tied, mixed, rate)).toEqual(best);
      }
    },
  );
});

describe('partial AUROC', () => {
  it('is the whole at 1 and the plain area when asked', () => {
    const whole = partialAuroc(scores, labels, { maximumFalsePositiveRate: 1 });
    expect(whole).toBeCloseTo(auroc(scores, labels) ?? 2, 14);
    const perfect = { maximumFalsePositiveRate: 0.3, standardised: false };
    expect(partialAuroc([1, 2, 3, 4], [0, 0, 1, 1], perfect)).toBeCloseTo(0.3, 14);
  });

  it('refuses a rate outside (0, 1]', () => {
    expect(() => partialAuroc([1], [1], { maximumFalsePositiveRate: 0 })).toThrow('(0, 1]');
  });
});
