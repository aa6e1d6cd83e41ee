import { ModelOutputError, type Tensor } from '@cxrkit/core';
import type { OnnxRuntime } from '@cxrkit/core/onnx';
import { Curve } from './curve.js';
import { initializeWeights } from './initialize.js';
import { LoopedUpdates } from './looped-updates.js';
import { SingleUpdates } from './single-updates.js';
import type { TrainingResult, TrainOptions } from './train.js';
import { readTrainingState, writeTrainingState } from './training-state.js';
import { emaSlot, type TrainingStep } from './training-step.js';
import type { Losses, Updater } from './updater.js';

const CHECKPOINT_EVERY = 200;

/** What hooks of a run may use. */
export interface TrainingContext {
  readonly runtime: OnnxRuntime;
  /** Updates done so far. */
  readonly update: number;
  /** Reads the current weights, or their moving average where there is one (the default). */
  weights(kind?: 'current' | 'average'): Promise<Map<string, Tensor>>;
}

/** A run folder that was opened: where the run stands. */
export interface OpenedRun {
  readonly curve: Curve;
  /** Updates done. */
  readonly done: number;
  /** State of the last checkpoint, or of the beginning. */
  readonly tensors: Map<string, Tensor>;
}

/** Reads the run folder, or draws the first weights. */
export async function openRun(options: TrainOptions): Promise<OpenedRun> {
  const { step, runFolder, seed, settings, initialWeights } = options;
  const saved = await readTrainingState(runFolder, { step, seed, settings });
  const done = saved?.update ?? 0;
  const curve = await Curve.open(runFolder, done);
  const first = (): Map<string, Tensor> =>
    withState(initializeWeights(step.parameters, seed, initialWeights), step);
  return { curve, done, tensors: saved?.tensors ?? first() };
}

/** A training under way in a runtime that holds its state. */
export class TrainingRun {
  readonly #runtime: OnnxRuntime;
  readonly #options: TrainOptions;
  readonly #curve: Curve;
  readonly #updater: Updater;
  #done: number;
  #saved: number;
  /** The state is good for nothing. */
  #hasDiverged = false;

  private constructor(
    runtime: OnnxRuntime,
    options: TrainOptions,
    parts: { curve: Curve; updater: Updater; done: number },
  ) {
    this.#runtime = runtime;
    this.#options = options;
    this.#curve = parts.curve;
    this.#updater = parts.updater;
    this.#done = parts.done;
    this.#saved = parts.done;
  }

  /** @param opened - Its tensors are handed over to the runtime and leave the map. */
  static async start(
    runtime: OnnxRuntime,
    options: TrainOptions,
    { curve, done, tensors }: OpenedRun,
  ): Promise<TrainingRun> {
    for (const [name, tensor] of tensors) {
      await runtime.put({ [name]: tensor });
      tensors.delete(name);
    }
    const kind = (options.stepsPerRun ?? 1) > 1 ? LoopedUpdates : SingleUpdates;
    const updater = await kind.load(runtime, options);
    return new TrainingRun(runtime, options, { curve, updater, done });
  }

  async toTheEnd(): Promise<void> {
    const { updates, checkpointEvery = CHECKPOINT_EVERY, evaluate, signal } = this.#options;
    try {
      while (this.#done < updates) {
        signal?.throwIfAborted();
        await this.#oneRun();
        const last = this.#done === updates;
        if (evaluate && (last || this.#done % evaluate.every === 0))
          await this.#evaluate(evaluate.run);
        if (last || this.#done % checkpointEvery === 0) await this.#save();
      }
    } catch (error) {
      await this.#saveAfter(signal?.aborted === true);
      throw error;
    }
  }

  async result(): Promise<TrainingResult> {
    const context = this.#context();
    return {
      weights: await context.weights('current'),
      averageWeights: await context.weights('average'),
      curve: this.#curve.points,
    };
  }

  async #oneRun(): Promise<void> {
    const { schedule, updates, onProgress } = this.#options;
    const first = this.#done;
    const rates = Array.from({ length: this.#nextUpdates() }, (_, i) =>
      schedule(first + i, this.#curve.points),
    );
    const losses = await this.#updater.run(this.#context(), rates);
    this.#assertFinite(losses);
    this.#done += losses.length;
    for (const [i, own] of losses.entries())
      this.#curve.add({ update: first + i + 1, learningRate: rates[i], losses: own });
    for (let completed = first + 1; completed <= this.#done; completed++)
      onProgress?.({ phase: 'train', completed, total: updates, unit: 'steps' });
  }

  /** Updates of the next run: it ends where something is to be done between two updates. */
  #nextUpdates(): number {
    const { stepsPerRun = 1, updates, checkpointEvery = CHECKPOINT_EVERY } = this.#options;
    const every = [checkpointEvery, this.#options.evaluate?.every ?? updates];
    // An interval of 0 is never due.
    const left = every.filter((count) => count > 0).map((count) => count - (this.#done % count));
    return Math.ceil(Math.min(stepsPerRun, updates - this.#done, ...left));
  }

  #assertFinite(updates: readonly Losses[]): void {
    const index = updates.findIndex(({ loss }) => !Number.isFinite(loss));
    if (index === -1) return;
    this.#hasDiverged = true;
    throw new ModelOutputError(
      `The loss of update ${this.#done + index + 1} is ${updates[index].loss}: the training diverged. The state of update ${this.#saved} is kept; lower the learning rate or clip the gradients.`,
    );
  }

  async #evaluate(
    run: (context: TrainingContext) => Promise<Readonly<Record<string, number>>>,
  ): Promise<void> {
    const evaluation = await run(this.#context());
    this.#curve.add({ update: this.#done, evaluation });
  }

  async #save(): Promise<void> {
    const { runFolder, step, seed, settings } = this.#options;
    const names = [...step.parameters.keys(), ...step.state.keys()];
    const read = await this.#read(names);
    const tensors = names.map((name, i): [string, Tensor] => [name, read[i]]);
    // First the curve: what it says beyond the state is cut off when the run is resumed.
    await this.#curve.flush();
    await writeTrainingState(runFolder, this.#done, { step, seed, settings }, tensors);
    this.#saved = this.#done;
    await this.#curve.draw(this.#options.title ?? 'Training');
  }

  /** Saves what an abort or an error left; a failure to do so counts only after an abort. */
  async #saveAfter(isAbort: boolean): Promise<void> {
    if (this.#saved === this.#done || this.#updater.isMidUpdate || this.#hasDiverged) return;
    try {
      await this.#save();
    } catch (error) {
      if (isAbort) throw error;
    }
  }

  #context(): TrainingContext {
    const { step } = this.#options;
    return {
      runtime: this.#runtime,
      update: this.#done,
      weights: async (kind = 'average') => {
        const slot = (name: string): string =>
          kind === 'average' && step.state.has(emaSlot(name)) ? emaSlot(name) : name;
        const names = [...step.parameters.keys()];
        const read = await this.#read(names.map(slot));
        return new Map(names.map((name, i) => [name, read[i]]));
      },
    };
  }

  /** Reads slots one after another: a message between processes must stay below 2 GB. */
  async #read(slots: readonly string[]): Promise<Tensor[]> {
    const tensors: Tensor[] = [];
    for (const slot of slots) tensors.push((await this.#runtime.read([slot]))[slot]);
    return tensors;
  }
}

/** Adds the optimiser's first state to the weights. */
function withState(weights: ReadonlyMap<string, Tensor>, step: TrainingStep): Map<string, Tensor> {
  const all = new Map(weights);
  for (const [slot, { dims, copyOf }] of step.state) {
    const source = copyOf === undefined ? undefined : weights.get(copyOf);
    const size = dims.reduce((product, dim) => product * dim, 1);
    all.set(slot, source ?? { type: 'float32', dims, data: new Float32Array(size) });
  }
  return all;
}
