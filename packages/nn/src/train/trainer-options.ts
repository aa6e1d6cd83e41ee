import type { TrainOptions } from './train.js';

/** What a stage's training passes on to {@link train} as it was given. */
export type TrainerOptions = Pick<
  TrainOptions,
  | 'signal'
  | 'onProgress'
  | 'initialWeights'
  | 'checkpointEvery'
  | 'stepsPerRun'
  | 'evaluate'
  | 'device'
  | 'threads'
>;

/** Picks the options that go through to the trainer, without those that are `undefined`. */
export function trainerOptions(
  options: {
    readonly [Key in keyof TrainerOptions]: TrainerOptions[Key] | undefined;
  },
): TrainerOptions {
  const { signal, onProgress, initialWeights, checkpointEvery, stepsPerRun } = options;
  const { evaluate, device, threads } = options;
  const all = {
    ...{ signal, onProgress, initialWeights, checkpointEvery, stepsPerRun },
    ...{ evaluate, device, threads },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
