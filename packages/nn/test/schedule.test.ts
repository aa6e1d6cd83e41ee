import { InvalidInputError } from '@cxrkit/core';
import {
  cosineSchedule,
  type PlateauOptions,
  plateauLearningRate,
  plateauSchedule,
} from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';
import { largestDifference, loadFixture } from './training-support.js';

interface Plateau {
  readonly options: PlateauOptions;
  readonly losses: number[];
  readonly rates: number[];
}

describe('plateau', () => {
  const cases = loadFixture<Plateau[]>('plateau');

  it.each(cases)(
    'equals ReduceLROnPlateau with $options.factor, $options.patience, $options.cooldown',
    ({ options, losses, rates }) => {
      const ours = losses.map((_, i) => plateauLearningRate(losses.slice(0, i + 1), options));
      expect(largestDifference(ours, rates)).toBeLessThan(1e-12);
      // The data do make it fall.
      expect(new Set(rates).size).toBeGreaterThan(1);
    },
  );

  it('reads the evaluations of a curve', () => {
    const [{ options, losses, rates }] = cases;
    const schedule = plateauSchedule({ ...options, evaluation: 'loss' });
    const points = losses.flatMap((loss, i) => [
      { update: i, losses: { loss: 9 } },
      { update: i, evaluation: { loss, auroc: 0.5 } },
    ]);
    expect(schedule(50, points)).toBeCloseTo(rates.at(-1) as number, 12);
    expect(schedule(0, [])).toBe(options.learningRate);
  });
});

describe('cosineSchedule', () => {
  const schedule = cosineSchedule({ learningRate: 0.1, warmup: 5, updates: 25, final: 0.01 });

  it('warms up linearly, then falls along half a cosine', () => {
    expect([0, 1, 4, 5].map((update) => schedule(update))).toEqual([0.02, 0.04, 0.1, 0.1]);
    expect(schedule(15)).toBeCloseTo(0.055, 12);
    expect(schedule(10)).toBeCloseTo(0.01 + 0.09 * 0.5 * (1 + Math.SQRT1_2), 12);
  });

  it('stays at the end', () => {
    expect([25, 1000].map((update) => schedule(update))).toEqual([0.01, 0.01]);
  });

  it('refuses a warm-up that never ends', () => {
    expect(() => cosineSchedule({ learningRate: 1, warmup: 5, updates: 5 })).toThrow(
      InvalidInputError,
    );
  });
});
