import { InvalidInputError } from '@cxrkit/core';
import { describeModel } from '@cxrkit/core/model';
import { type Command, Option } from 'commander';
import { openStage } from '../../pipeline/open-stage.js';
import type { ModelStage } from '../../result/analysis.js';
import type { CliContext } from '../../terminal/context.js';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { type AddCommand, examples, type Finish } from '../command.js';
import { commandText } from '../train/model-meta.js';
import { readData } from '../train/train-options.js';
import type { Measure } from './measurement.js';
import { scoreLine } from './score.js';
import { addMeasureSynthOptions, type MeasureSynthOptions } from './synth-options.js';

interface MeasureOptions extends GlobalOptions {
  readonly data: readonly string[];
  readonly split: 'train' | 'val' | 'test';
  readonly write: boolean;
}

interface MeasureCommand {
  readonly stage: ModelStage;
  /** @defaultValue the stage */
  readonly name?: string;
  /** Measuring code is read only when something is measured. */
  readonly load: () => Promise<Measure>;
}

const COMMANDS: readonly MeasureCommand[] = [
  {
    stage: 'detector',
    load: async () => (await import('./measure-detector.js')).measureDetector,
  },
  {
    stage: 'report-gen',
    load: async () => (await import('./measure-report-gen.js')).measureReportGenerator,
  },
  {
    stage: 'clip-classifier',
    load: async () => (await import('./measure-clip-classifier.js')).measureClipClassifier,
  },
  {
    stage: 'supervised-classifier',
    load: async () =>
      (await import('./measure-supervised-classifier.js')).measureSupervisedClassifier,
  },
  {
    stage: 'irgen-vae',
    name: 'vae',
    load: async () => (await import('./measure-vae.js')).measureVae,
  },
  {
    stage: 'irgen-language',
    name: 'language',
    load: async () => (await import('./measure-language.js')).measureLanguage,
  },
  {
    stage: 'irgen-prior',
    name: 'prior',
    load: async () => (await import('./measure-prior.js')).measurePrior,
  },
];

/** Adds `cxr measure`. */
export const addMeasure: AddCommand = (program, context, finish) => {
  const measure = program
    .command('measure')
    .description(
      'Measure a stage on labelled pictures: scores with n and 95 % bootstrap intervals.',
    );
  for (const command of COMMANDS) {
    const { stage, name = stage } = command;
    measure
      .command(name)
      .description(`Measure the ${stage} of --models.`)
      .requiredOption(
        '--data <folders...>',
        'data sets: folders with manifest.jsonl, or such files (docs/cli.md)',
      )
      .addOption(
        new Option('--split <split>', 'pictures that are measured')
          .choices(['train', 'val', 'test'])
          .default('val'),
      )
      .option('--write', 'put the scores into model.json and the card of the model', false)
      .addHelpText(
        'after',
        examples(
          `cxr measure ${name} --data data/nih data/kermany`,
          `cxr measure ${name} --data data/nih --models my-models --write`,
        ),
      )
      .action(measureAction(context, finish, command));
  }
  addMeasureSynth(measure, context, finish);
};

function addMeasureSynth(measure: Command, context: CliContext, finish: Finish): void {
  const command = measure
    .command('synth')
    .argument('<folder>', 'that cxr synth has written')
    .description(
      'Measure synthetic pairs: distance to real pictures, what judges see and read in them, nearness to training pictures.',
    );
  addMeasureSynthOptions(command)
    .addHelpText(
      'after',
      examples(
        'cxr measure synth synthetic --data data/nih data/kermany',
        'cxr measure synth synthetic --data data/nih --judge supervised-classifier=my-models/supervised --write my-models/cxr-irgen/vision-u-vit',
      ),
    )
    .action(async (folder: string, _options: unknown, self: Command) => {
      const { measureSynth } = await import('./measure-synth.js');
      const options = self.optsWithGlobals<MeasureSynthOptions>();
      finish(await measureSynth(folder, options, commandOf(self), context));
    });
}

function commandOf(self: Command): string {
  const words = self.parent?.parent as (Command & { rawArgs?: string[] }) | null | undefined;
  return commandText(words?.rawArgs ?? []);
}

function measureAction(
  context: CliContext,
  finish: Finish,
  { stage, load }: MeasureCommand,
): (options: unknown, self: Command) => Promise<void> {
  return async (_options, self) => {
    const options = self.optsWithGlobals<MeasureOptions>();
    const reporter = createReporter(context, options);
    const task = { signal: context.signal, onProgress: reporter.progress };
    const { models, offline, split, seed = 0 } = options;
    const { path } = await openStage(stage, { ...task, models, offline });
    const items = await readData(options.data);
    const asked = items.filter((item) => item.split === split);
    if (asked.length === 0)
      throw new InvalidInputError(
        '--data',
        `pictures of the ${split} split`,
        `${items.length} of other splits`,
      );
    const about = { split, seed, command: commandOf(self) };
    const measure = await load();
    const scores = await measure({ items: asked, model: path, options, context: about, task });
    if (scores.length === 0)
      throw new InvalidInputError(
        '--data',
        'labels from which something can be measured',
        `${asked.length} pictures without`,
      );
    reporter.end();
    for (const score of scores)
      reporter.result(options.json ? JSON.stringify(score) : scoreLine(score));
    if (options.write) {
      await describeModel(path, { scores });
      reporter.note(`Written into model.json and README.md of ${path}.`);
    }
    finish(EXIT.done);
  };
}
