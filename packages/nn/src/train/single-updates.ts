import type { Tensors } from '@cxrkit/core';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import { loadStep } from './load-step.js';
import { orAborted } from './or-aborted.js';
import type { TrainOptions } from './train.js';
import type { TrainingContext } from './training-run.js';
import { type Losses, meanLosses, type Updater } from './updater.js';

/** Updates of a run each, or of several where gradients are added up. */
export class SingleUpdates implements Updater {
  readonly #options: TrainOptions;
  readonly #step: OnnxSession;
  readonly #update: OnnxSession | undefined;
  #isMidUpdate = false;

  private constructor(
    options: TrainOptions,
    { step, update }: { step: OnnxSession; update: OnnxSession | undefined },
  ) {
    this.#options = options;
    this.#step = step;
    this.#update = update;
  }

  static async load(runtime: OnnxRuntime, options: TrainOptions): Promise<SingleUpdates> {
    const { step, signal } = options;
    return new SingleUpdates(options, {
      step: await loadStep(runtime, step.step, signal),
      update: step.update && (await loadStep(runtime, step.update, signal)),
    });
  }

  get isMidUpdate(): boolean {
    return this.#isMidUpdate;
  }

  async run(context: TrainingContext, [learningRate]: readonly number[]): Promise<Losses[]> {
    const { step } = this.#options;
    const scalars = step.scalars(context.update + 1, learningRate);
    const losses: Losses[] = [];
    for (let i = 0; i < step.accumulate; i++)
      losses.push(
        await this.#oneBatch(
          context.update * step.accumulate + i,
          context,
          this.#update ? {} : scalars,
        ),
      );
    if (this.#update && step.update)
      await this.#update.run(scalars, { from: step.update.from, keep: step.update.keep });
    this.#isMidUpdate = false;
    return [meanLosses(losses)];
  }

  async #oneBatch(index: number, context: TrainingContext, scalars: Tensors): Promise<Losses> {
    const { step, batches, prepare, signal } = this.#options;
    const batch = await orAborted(batches.batch(index), this.#isMidUpdate ? undefined : signal);
    const complete = prepare ? await prepare(batch, context) : batch;
    const { from, keep } = step.step;
    const outputs = await this.#step.run(
      { ...complete, ...scalars },
      { from, keep, fetch: step.losses },
    );
    this.#isMidUpdate = true;
    return Object.fromEntries(step.losses.map((name) => [name, Number(outputs[name].data[0])]));
  }
}
