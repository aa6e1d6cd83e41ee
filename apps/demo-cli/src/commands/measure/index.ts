import { describeModel } from '@cxrkit/core/model';
import { type Command, Option } from 'commander';
import { openStage } from '../../pipeline/open-stage.js';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { type AddCommand, examples } from '../command.js';
import { commandText } from '../train/model-meta.js';
import { readData } from '../train/train-options.js';
import type { Measure } from './measurement.js';

interface MeasureOptions extends GlobalOptions {
  readonly data: readonly string[];
  readonly split: 'train' | 'val' | 'test';
  readonly write: boolean;
}

const STAGES = {
  detector: async (): Promise<Measure> => (await import('./measure-detector.js')).measureDetector,
  'report-gen': async (): Promise<Measure> => (await import('./measure-report-gen.js')).measureReportGenerator,
  'clip-classifier': async (): Promise<Measure> => (await import('./measure-clip-classifier.js')).measureClipClassifier,
} as const;

/** Adds `cxr measure`. */
export const addMeasure: AddCommand = (program, context, finish) => {
  const measure = program
    .command('measure')
    .description('Measure a stage on labelled pictures: scores with n and 95 % bootstrap intervals.');
  for (const [stage, load] of Object.entries(STAGES) as [keyof typeof STAGES, () => Promise<Measure>][])
    measure
      .command(stage)
      .requiredOption('--data <folders...>', 'data sets: folders with manifest.jsonl, or such files (docs/cli.md)')
      .addOption(new Option('--split <split>', 'pictures that are measured').choices(['train', 'val', 'test']).default('val'))
      .option('--write', 'put the scores into model.json and the card of the model', false)
      .addHelpText('after', examples(`cxr measure ${stage} --data data/nih data/kermany`, `cxr measure ${stage} --data data/nih --models my-models --write`))
      .action(async (_options: unknown, self: Command) => {
        const options = self.optsWithGlobals<MeasureOptions>();
        const reporter = createReporter(context, options);
        const task = { signal: context.signal, onProgress: reporter.progress };
        const { path } = await openStage(stage, { ...task, models: options.models });
        const items = (await readData(options.data)).filter(({ split }) => split === options.split);
        const words = self.parent?.parent as (Command & { rawArgs?: string[] }) | null | undefined;
        const about = { split: options.split, seed: options.seed ?? 1, command: commandText(words?.rawArgs ?? []) };
        const scores = await (await load())({ items, model: path, options, context: about, task });
        if (options.write) await describeModel(path, { scores });
        reporter.end();
        for (const { metric, dataset, value, ci95, n } of scores) {
          const interval = ci95 ? ` [${ci95[0].toFixed(3)}, ${ci95[1].toFixed(3)}]` : '';
          reporter.result(options.json ? JSON.stringify({ metric, dataset, value, ci95, n }) : `${metric} | ${dataset}, n = ${n} | ${value.toFixed(3)}${interval}`);
        }
        finish(EXIT.done);
      });
};
