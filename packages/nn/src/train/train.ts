import { mkdir } from 'node:fs/promises';
import { InvalidInputError, type TaskOptions, type Tensor, type Tensors } from '@cxrkit/core';
import { type Device, openRuntime } from '@cxrkit/core/onnx';
import type { BatchSource } from './batches.js';
import type { CurvePoint } from './curve.js';
import { inRunFolder } from './run-folder.js';
import { lockRunFolder } from './run-lock.js';
import type { Schedule } from './schedule.js';
import { openRun, type TrainingContext, TrainingRun } from './training-run.js';
import type { TrainingStep } from './training-step.js';

export interface TrainOptions extends TaskOptions {
  /** Holds `state.safetensors`, `curve.jsonl` and `curve.svg`; made if absent, resumed if a state lies there. */
  readonly runFolder: string;
  readonly step: TrainingStep;
  readonly batches: BatchSource;
  /** Completes a batch with what depends on the current weights, such as sampled proposals; not with `stepsPerRun`. */
  readonly prepare?: (batch: Tensors, context: TrainingContext) => Promise<Tensors>;
  /** Number of weight updates of the whole run. */
  readonly updates: number;
  readonly schedule: Schedule;
  readonly seed: number;
  /**
   * What else makes the run what it is, such as batch size and learning rate: a run is not resumed with other values.
   * The number of updates is not among them: a run may be made longer.
   */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Weights to start from; the rest is drawn by `seed`. */
  readonly initialWeights?: ReadonlyMap<string, Tensor>;
  /** @defaultValue 200 */
  readonly checkpointEvery?: number;
  /**
   * Updates in one run of the device, at most: a run ends before a checkpoint or an evaluation, too. Nothing of the result
   * depends on it. On `cuda` the state crosses the bus once a run instead of once an update; it lies in memory twice more.
   * An abort waits for the run; a schedule sees the losses of earlier runs. @defaultValue 1
   */
  readonly stepsPerRun?: number;
  readonly evaluate?: {
    /** Updates between evaluations; one more comes at the end. */
    readonly every: number;
    readonly run: (context: TrainingContext) => Promise<Readonly<Record<string, number>>>;
  };
  /** Heading of the drawn curve. @defaultValue 'Training' */
  readonly title?: string;
  /** @defaultValue 'cpu' */
  readonly device?: Device;
  readonly threads?: number;
}

export interface TrainingResult {
  readonly weights: Map<string, Tensor>;
  /** Moving average of the weights; equal to `weights` without one. */
  readonly averageWeights: Map<string, Tensor>;
  readonly curve: readonly CurvePoint[];
}

/**
 * Runs a training to its end, from the start or from the state in its folder.
 * A process killed at any moment loses at most the updates since the last checkpoint and goes on to the same curve.
 *
 * @throws {@link InvalidInputError} if several updates are to be done in a run, and `prepare` would have to be asked between them.
 * @throws the signal's reason when aborted; the state is saved first.
 * @throws CxrError with code `CHECKPOINT` if the folder cannot be written or holds the state of another configuration.
 * @throws `BatchError` if a batch cannot be made; `ModelOutputError` if the loss is no longer finite.
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  const { device = 'cpu', runFolder, signal, threads } = options;
  signal?.throwIfAborted();
  checkStepsPerRun(options);
  await inRunFolder(runFolder, () => mkdir(runFolder, { recursive: true }));
  await using _lock = await inRunFolder(runFolder, () => lockRunFolder(runFolder));
  const opened = await openRun(options);
  const limit = threads === undefined ? {} : { threads };
  await using runtime = await openRuntime({ device, signal, ...limit });
  const run = await TrainingRun.start(runtime, options, opened);
  await run.toTheEnd();
  return await run.result();
}

function checkStepsPerRun({ stepsPerRun = 1, prepare }: TrainOptions): void {
  if (!Number.isInteger(stepsPerRun) || stepsPerRun < 1)
    throw new InvalidInputError('stepsPerRun', 'a whole number of 1 or more', stepsPerRun);
  if (prepare && stepsPerRun > 1)
    throw new InvalidInputError(
      'stepsPerRun',
      '1 with batches that depend on the current weights',
      stepsPerRun,
      'What is prepared for an update needs the weights of the one before: leave it out.',
    );
}
