import type { TaskOptions } from '@cxrkit/core';
import type { Command } from 'commander';
import type { TrainingImage } from '../../datasets/training-image.js';
import type { CliContext } from '../../terminal/context.js';
import { EXIT } from '../../terminal/exit-code.js';
import { createReporter } from '../../terminal/reporter.js';
import type { Finish } from '../command.js';
import { commandText, type TrainedMeta, trainedMeta } from './model-meta.js';
import { readData, type TrainCommandOptions } from './train-options.js';

/** What a training leaves. */
interface Trained {
  readonly path: string;
  readonly manifest: { readonly name: string; readonly stage: string };
}

/** One training. */
export type Training = (work: {
  readonly items: readonly TrainingImage[];
  readonly options: TrainCommandOptions;
  readonly task: TaskOptions;
  /**
   * Says what the model is; asked at the end, when the time is known.
   *
   * @param used - The pictures that were learned, if not all.
   */
  readonly meta: (summary: string, used?: readonly TrainingImage[]) => TrainedMeta;
}) => Promise<Trained>;

/** Makes the action of a training command: reads the data, trains, says where the model lies. */
export function trainAction(
  context: CliContext,
  finish: Finish,
  train: Training,
): (options: unknown, self: Command) => Promise<void> {
  return async (_options, self) => {
    const options = self.optsWithGlobals<TrainCommandOptions>();
    const reporter = createReporter(context, options);
    const items = await readData(options.data);
    const startedAt = Date.now();
    const words = self.parent?.parent as (Command & { rawArgs?: string[] }) | null | undefined;
    const command = commandText(words?.rawArgs ?? []);
    const count = items.filter(({ split }) => split === 'train').length;
    reporter.note(`${count} pictures of the train split, of ${items.length}.`);
    const { path, manifest } = await train({
      ...{ items, options },
      task: { signal: context.signal, onProgress: reporter.progress },
      meta: (summary, used = items) => trainedMeta(options, used, { command, startedAt, summary }),
    });
    reporter.end();
    const { name, stage } = manifest;
    reporter.result(
      options.json ? JSON.stringify({ name, stage, path }) : `${stage} "${name}": ${path}`,
    );
    finish(EXIT.done);
  };
}
