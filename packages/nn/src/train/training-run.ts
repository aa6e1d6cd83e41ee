import { ModelOutputError, type Tensor, type Tensors } from '@cxrkit/core';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import { Curve } from './curve.js';
import { initializeWeights } from './initialize.js';
import type { TrainingResult, TrainOptions } from './train.js';
import { readTrainingState, writeTrainingState } from './training-state.js';
import { emaSlot, type TrainingStep } from './training-step.js';

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
  readonly tensors: ReadonlyMap<string, Tensor>;
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
  readonly #step: OnnxSession;
  readonly #update: OnnxSession | undefined;
  #done: number;
  #saved: number;
  /** Some batches of an update are in the state already: it must not be saved. */
  #isMidUpdate = false;

  private constructor(
    runtime: OnnxRuntime,
    options: TrainOptions,
    parts: { curve: Curve; step: OnnxSession; update: OnnxSession | undefined; done: number },
  ) {
    this.#runtime = runtime;
    this.#options = options;
    this.#curve = parts.curve;
    this.#step = parts.step;
    this.#update = parts.update;
    this.#done = parts.done;
    this.#saved = parts.done;
  }

  static async start(
    runtime: OnnxRuntime,
    options: TrainOptions,
    { curve, done, tensors }: OpenedRun,
  ): Promise<TrainingRun> {
    const { step, signal } = options;
    await runtime.put(Object.fromEntries(tensors));
    const load = (bytes: Uint8Array): Promise<OnnxSession> =>
      runtime.load(bytes, { signal, spin: true });
    return new TrainingRun(runtime, options, {
      curve,
      step: await load(step.step.bytes),
      update: step.update ? await load(step.update.bytes) : undefined,
      done,
    });
  }

  async toTheEnd(): Promise<void> {
    const { updates, checkpointEvery = 200, evaluate, signal, onProgress } = this.#options;
    try {
      while (this.#done < updates) {
        signal?.throwIfAborted();
        await this.#oneUpdate();
        onProgress?.({ phase: 'train', completed: this.#done, total: updates, unit: 'steps' });
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

  async #oneUpdate(): Promise<void> {
    const { step, schedule } = this.#options;
    const learningRate = schedule(this.#done, this.#curve.points);
    const scalars = step.scalars(this.#done + 1, learningRate);
    const sums: Record<string, number> = {};
    for (let i = 0; i < step.accumulate; i++) {
      const index = this.#done * step.accumulate + i;
      const losses = await this.#oneBatch(index, this.#update ? {} : scalars);
      for (const [name, value] of Object.entries(losses))
        sums[name] = (sums[name] ?? 0) + value / step.accumulate;
    }
    this.#assertFinite(sums.loss);
    if (this.#update && step.update)
      await this.#update.run(scalars, { from: step.update.from, keep: step.update.keep });
    this.#done++;
    this.#isMidUpdate = false;
    this.#curve.add({ update: this.#done, learningRate, losses: sums });
  }

  async #oneBatch(index: number, scalars: Tensors): Promise<Record<string, number>> {
    const { step, batches, prepare, signal } = this.#options;
    const batch = await orAborted(batches.batch(index), this.#isMidUpdate ? undefined : signal);
    const complete = prepare ? await prepare(batch, this.#context()) : batch;
    const { from, keep } = step.step;
    const outputs = await this.#step.run(
      { ...complete, ...scalars },
      { from, keep, fetch: step.losses },
    );
    this.#isMidUpdate = true;
    return Object.fromEntries(step.losses.map((name) => [name, Number(outputs[name].data[0])]));
  }

  #assertFinite(loss: number): void {
    if (Number.isFinite(loss)) return;
    throw new ModelOutputError(
      `The loss of update ${this.#done + 1} is ${loss}: the training diverged. The state of update ${this.#saved} is kept; lower the learning rate or clip the gradients.`,
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
    const tensors = Object.entries(await this.#runtime.read(names));
    // First the curve: what it says beyond the state is cut off when the run is resumed.
    await this.#curve.flush();
    await writeTrainingState(runFolder, this.#done, { step, seed, settings }, tensors);
    this.#saved = this.#done;
    await this.#curve.draw(this.#options.title ?? 'Training');
  }

  /** Saves what an abort or an error left; a failure to do so counts only after an abort. */
  async #saveAfter(isAbort: boolean): Promise<void> {
    if (this.#saved === this.#done || this.#isMidUpdate) return;
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
        const read = await this.#runtime.read(names.map(slot));
        return new Map(names.map((name) => [name, read[slot(name)]]));
      },
    };
  }
}

/** Waits for a promise no longer than until the abort. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await promise;
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const options = { once: true, signal: settled.signal };
    signal.addEventListener('abort', () => reject(signal.reason), options);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    settled.abort();
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
