import { InvalidInputError } from '@cxrkit/core';
import type { CurvePoint } from './curve.js';

/**
 * Learning rate of an update, counted from 0; a pure function, so that a resumed run goes on as it would have.
 *
 * @param points - The curve so far, which the trainer gives.
 */
export type Schedule = (update: number, points?: readonly CurvePoint[]) => number;

export function constantSchedule(learningRate: number): Schedule {
  return () => learningRate;
}

export interface CosineOptions {
  readonly learningRate: number;
  /** Updates of linear warm-up from 0. @defaultValue 0 */
  readonly warmup?: number;
  /** Update at which `final` is reached. */
  readonly updates: number;
  /** @defaultValue 0 */
  readonly final?: number;
}

/** Half a cosine from the learning rate to `final` after a linear warm-up (Loshchilov & Hutter 2017). */
export function cosineSchedule({
  learningRate,
  warmup = 0,
  updates,
  final = 0,
}: CosineOptions): Schedule {
  if (warmup >= updates)
    throw new InvalidInputError('warmup', `fewer than ${updates} updates`, warmup);
  return (update) => {
    if (update < warmup) return (learningRate * (update + 1)) / warmup;
    const progress = Math.min(1, (update - warmup) / (updates - warmup));
    return final + (learningRate - final) * 0.5 * (1 + Math.cos(Math.PI * progress));
  };
}

/** The schedule of our trainings: a cosine to a hundredth of its peak after a warm-up over 5 % of the updates. */
export function warmCosineSchedule(learningRate: number, updates: number): Schedule {
  const warmup = Math.min(updates - 1, Math.ceil(updates / 20));
  return cosineSchedule({ learningRate, warmup, updates, final: learningRate / 100 });
}

export interface PlateauOptions {
  readonly learningRate: number;
  /** @defaultValue 0.5 */
  readonly factor?: number;
  /** Evaluations without improvement that are borne. @defaultValue 5 */
  readonly patience?: number;
  /** Evaluations after a reduction in which none is counted. @defaultValue 0 */
  readonly cooldown?: number;
  /** Relative improvement that counts. @defaultValue 1e-3 */
  readonly threshold?: number;
  /** The rate never falls below. @defaultValue 0 */
  readonly minimum?: number;
}

/** torch's ReduceLROnPlateau (mode min, relative threshold) as a pure function of the losses so far. */
export function plateauLearningRate(losses: readonly number[], options: PlateauOptions): number {
  const { learningRate, factor = 0.5, patience = 5, cooldown = 0, threshold = 1e-3 } = options;
  const { minimum = 0 } = options;
  let rate = learningRate;
  let best = Number.POSITIVE_INFINITY;
  let bad = 0;
  let resting = 0;
  for (const loss of losses) {
    const better = loss < best * (1 - threshold);
    if (better) best = loss;
    bad = better || resting > 0 ? 0 : bad + 1;
    resting = Math.max(0, resting - 1);
    if (bad <= patience) continue;
    rate = Math.max(minimum, rate * factor);
    bad = 0;
    resting = cooldown;
  }
  return rate;
}

export interface PlateauScheduleOptions extends PlateauOptions {
  /** Name of the number among the evaluations that should fall, such as a validation loss. */
  readonly evaluation: string;
}

/** {@link plateauLearningRate} of the evaluations in the run's curve. */
export function plateauSchedule({ evaluation, ...options }: PlateauScheduleOptions): Schedule {
  return (_, points = []) => {
    const losses = points.flatMap((point) => point.evaluation?.[evaluation] ?? []);
    return plateauLearningRate(losses, options);
  };
}
