import { int64, type Tensor, type Tensors } from '@cxrkit/core';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import { BatchesAhead } from './batches-ahead.js';
import { loadStep } from './load-step.js';
import { inRun, loopGraph, UPDATES } from './loop-graph.js';
import { stackTensors } from './stack-tensors.js';
import type { TrainOptions } from './train.js';
import type { TrainingContext } from './training-run.js';
import type { StepGraph } from './training-step.js';
import { type Losses, meanLosses, type Updater } from './updater.js';

/** Several updates in one run, by {@link loopGraph}; the batches of the next run are made meanwhile. */
export class LoopedUpdates implements Updater {
  /** A run does its updates whole or not at all. */
  readonly isMidUpdate = false;
  readonly #options: TrainOptions;
  readonly #graph: StepGraph;
  readonly #session: OnnxSession;
  readonly #batches: BatchesAhead;

  private constructor(options: TrainOptions, graph: StepGraph, session: OnnxSession) {
    this.#options = options;
    this.#graph = graph;
    this.#session = session;
    this.#batches = new BatchesAhead(options.batches, options.step.accumulate);
  }

  static async load(runtime: OnnxRuntime, options: TrainOptions): Promise<LoopedUpdates> {
    const graph = loopGraph(options.step);
    return new LoopedUpdates(options, graph, await loadStep(runtime, graph, options.signal));
  }

  async run({ update }: TrainingContext, learningRates: readonly number[]): Promise<Losses[]> {
    const { step, signal, updates, stepsPerRun = 1 } = this.#options;
    const batches = await this.#batches.take(update, learningRates.length, signal);
    const count = batches.length / step.accumulate;
    const scalars = learningRates
      .slice(0, count)
      .map((rate, i) => step.scalars(update + i + 1, rate));
    const feeds = renamed({ ...stackTensors(batches), ...stackTensors(scalars) });
    const { from, keep } = this.#graph;
    const running = this.#session.run(
      { ...feeds, [UPDATES]: int64([count], []) },
      { from, keep, fetch: step.losses.map(inRun) },
    );
    this.#batches.ask(update + count, Math.min(stepsPerRun, updates - update - count));
    return this.#lossesOf(await running, count);
  }

  #lossesOf(outputs: Tensors, count: number): Losses[] {
    const { accumulate, losses } = this.#options.step;
    const ofBatch = (index: number): Losses =>
      Object.fromEntries(losses.map((name) => [name, Number(outputs[inRun(name)].data[index])]));
    return Array.from({ length: count }, (_, update) =>
      meanLosses(Array.from({ length: accumulate }, (_, i) => ofBatch(update * accumulate + i))),
    );
  }
}

function renamed(feeds: Tensors): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [inRun(name), tensor]));
}
