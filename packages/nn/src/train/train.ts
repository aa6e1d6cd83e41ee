import { mkdir } from 'node:fs/promises';
import type { TaskOptions, Tensor, Tensors } from '@cxrkit/core';
import { type Device, type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import type { BatchSource } from './batches.js';
import { Curve, type CurvePoint } from './curve.js';
import { initializeWeights } from './initialize.js';
import type { Schedule } from './schedule.js';
import { readTrainingState, writeTrainingState } from './training-state.js';
import { emaSlot, type TrainingStep } from './training-step.js';

/** What hooks of a run may use. */
export interface TrainingContext {
  readonly runtime: OnnxRuntime;
  /** Updates done so far. */
  readonly update: number;
  /** Reads the current weights, or their moving average where there is one. */
  weights(kind?: 'current' | 'average'): Promise<Map<string, Tensor>>;
}

export interface TrainOptions extends TaskOptions {
  /** Holds `state.safetensors`, `curve.jsonl` and `curve.svg`; made if absent, resumed if a state lies there. */
  readonly runFolder: string;
  readonly step: TrainingStep;
  readonly batches: BatchSource;
  /** Completes a batch with what depends on the current weights, such as sampled proposals. */
  readonly prepare?: (batch: Tensors, context: TrainingContext) => Promise<Tensors>;
  /** Number of weight updates of the whole run. */
  readonly updates: number;
  readonly schedule: Schedule;
  readonly seed: number;
  /** Weights to start from; the rest is drawn by `seed`. */
  readonly initialWeights?: ReadonlyMap<string, Tensor>;
  /** @defaultValue 200 */
  readonly checkpointEvery?: number;
  readonly evaluate?: {
    /** Updates between evaluations; one more comes at the end. */
    readonly every: number;
    readonly run: (context: TrainingContext) => Promise<Readonly<Record<string, number>>>;
  };
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
 * @throws the signal's reason when aborted; the state is saved first.
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  await mkdir(options.runFolder, { recursive: true });
  await using runtime = await openRuntime({ device: options.device ?? 'cpu', ...pick(options) });
  const run = await TrainingRun.open(runtime, options);
  await run.toTheEnd();
  return await run.result();
}

function pick({ threads, signal }: TrainOptions): { threads?: number; signal?: AbortSignal } {
  return { ...(threads === undefined ? {} : { threads }), ...(signal ? { signal } : {}) };
}

class TrainingRun {
  readonly #runtime: OnnxRuntime;
  readonly #options: TrainOptions;
  readonly #curve: Curve;
  readonly #step: OnnxSession;
  readonly #update: OnnxSession | undefined;
  #done: number;
  #saved: number;

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

  static async open(runtime: OnnxRuntime, options: TrainOptions): Promise<TrainingRun> {
    const { step, runFolder, seed, initialWeights } = options;
    const saved = await readTrainingState(runFolder, step);
    const weights = saved?.tensors ?? initializeWeights(step.parameters, seed, initialWeights);
    await runtime.put(Object.fromEntries(saved ? saved.tensors : withState(weights, step)));
    const done = saved?.update ?? 0;
    return new TrainingRun(runtime, options, {
      curve: await Curve.open(runFolder, done),
      step: await runtime.load(step.step.bytes),
      update: step.update ? await runtime.load(step.update.bytes) : undefined,
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
    } finally {
      if (this.#saved < this.#done) await this.#save();
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
    const learningRate = schedule(this.#done);
    const scalars = step.scalars(this.#done + 1, learningRate);
    const sums: Record<string, number> = {};
    for (let i = 0; i < step.accumulate; i++) {
      const losses = await this.#oneBatch(
        this.#done * step.accumulate + i,
        this.#update ? {} : scalars,
      );
      for (const [name, value] of Object.entries(losses))
        sums[name] = (sums[name] ?? 0) + value / step.accumulate;
    }
    if (this.#update && step.update)
      await this.#update.run(scalars, { from: step.update.from, keep: step.update.keep });
    this.#done++;
    this.#curve.add({ update: this.#done, learningRate, losses: sums });
  }

  async #oneBatch(index: number, scalars: Tensors): Promise<Record<string, number>> {
    const { step, batches, prepare } = this.#options;
    const batch = await batches.batch(index);
    const complete = prepare ? await prepare(batch, this.#context()) : batch;
    const { from, keep } = step.step;
    const outputs = await this.#step.run(
      { ...complete, ...scalars },
      { from, keep, fetch: step.losses },
    );
    return Object.fromEntries(step.losses.map((name) => [name, Number(outputs[name].data[0])]));
  }

  async #evaluate(
    run: (context: TrainingContext) => Promise<Readonly<Record<string, number>>>,
  ): Promise<void> {
    const evaluation = await run(this.#context());
    this.#curve.add({ update: this.#done, evaluation });
  }

  async #save(): Promise<void> {
    const { runFolder, step } = this.#options;
    const names = [...step.parameters.keys(), ...step.state.keys()];
    await this.#curve.flush();
    await writeTrainingState(
      runFolder,
      this.#done,
      Object.entries(await this.#runtime.read(names)),
    );
    await this.#curve.draw(runFolder);
    this.#saved = this.#done;
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
