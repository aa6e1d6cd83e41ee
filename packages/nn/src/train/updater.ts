import type { TrainingContext } from './training-run.js';

/** Losses of one update, by name. */
export type Losses = Readonly<Record<string, number>>;

/** Does weight updates on the state in a runtime. */
export interface Updater {
  /** Tells that some batches of an update are in the state already: it must not be saved. */
  readonly isMidUpdate: boolean;
  /**
   * Does updates one after another.
   *
   * @param context - Of the first; `update` of it are done.
   * @param learningRates - Of each.
   * @returns The losses of those that were done: one or more, fewer than asked if the batches of a later one failed.
   */
  run(context: TrainingContext, learningRates: readonly number[]): Promise<readonly Losses[]>;
}

/** @returns The means of the losses of an update's batches. */
export function meanLosses(batches: readonly Losses[]): Losses {
  const means: Record<string, number> = {};
  for (const losses of batches)
    for (const [name, value] of Object.entries(losses))
      means[name] = (means[name] ?? 0) + value / batches.length;
  return means;
}
