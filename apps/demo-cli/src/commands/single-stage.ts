import type { Command } from 'commander';
import { findImages } from '../inputs/find-images.js';
import { readProbe } from '../inputs/read-probe.js';
import type { Picture } from '../pipeline/picture.js';
import type { AnalyzeOptions, Pipeline } from '../pipeline/pipeline.js';
import type { ResultBase, Stage } from '../result/analysis.js';
import type { CliContext } from '../terminal/context.js';
import { type GlobalOptions, pipelineOptions } from '../terminal/global-options.js';
import { createReporter } from '../terminal/reporter.js';
import { type AddCommand, examples } from './command.js';
import { eachPicture } from './each-picture.js';
import {
  addLabelsOption,
  addPictureOptions,
  addReportOptions,
  analyzeOptions,
} from './report-options.js';
import { classificationText, detectionText, reportOnlyText } from './show.js';

interface StageCommand<Result> {
  readonly stages: readonly Stage[];
  readonly verb: (pipeline: Pipeline, picture: Picture, options: AnalyzeOptions) => Promise<Result>;
  readonly text: (path: string, result: Result) => string;
}

/** Adds `cxr detect`. */
export const addDetect: AddCommand = (program, context, finish) => {
  const command = stageCommand(
    program,
    'detect',
    'Find the anatomical regions of X-rays.',
  ).addHelpText(
    'after',
    examples('cxr detect chest.png', 'cxr detect xrays/ --json > regions.jsonl'),
  );
  addPictureOptions(command).action(
    action(context, finish, {
      stages: ['detector'],
      verb: (pipeline, picture, options) => pipeline.detect(picture, options),
      text: detectionText,
    }),
  );
};

/** Adds `cxr report`. */
export const addReport: AddCommand = (program, context, finish) => {
  const command = stageCommand(program, 'report', 'Write the reports of X-rays.').addHelpText(
    'after',
    examples('cxr report chest.png', 'cxr report chest.png --decoding sample --seed 7'),
  );
  addPictureOptions(addReportOptions(command)).action(
    action(context, finish, {
      stages: ['detector', 'report-gen'],
      verb: (pipeline, picture, options) => pipeline.report(picture, options),
      text: reportOnlyText,
    }),
  );
};

/** Adds `cxr classify`. */
export const addClassify: AddCommand = (program, context, finish) => {
  const command = stageCommand(
    program,
    'classify',
    'Classify X-rays by words, without training.',
  ).addHelpText(
    'after',
    examples(
      'cxr classify chest.png',
      'cxr classify chest.png --labels "Pneumonia,Cardiomegaly,No Finding"',
      'cxr classify chest.png --probe my-models/probe.json',
    ),
  );
  addPictureOptions(
    addLabelsOption(command).option(
      '--probe <file>',
      'a probe of cxr train probe, asked besides the words',
    ),
  ).action(
    action(context, finish, {
      stages: ['clip-classifier'],
      verb: (pipeline, picture, options) => pipeline.classify(picture, options),
      text: classificationText,
    }),
  );
};

function stageCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('<paths...>', 'pictures, folders or glob patterns');
}

type StageOptions = GlobalOptions &
  Parameters<typeof analyzeOptions>[0] & { readonly concurrency?: number; readonly probe?: string };

function action<Result extends ResultBase>(
  context: CliContext,
  finish: (code: number) => void,
  { stages, verb, text }: StageCommand<Result>,
): (paths: string[], options: unknown, self: Command) => Promise<void> {
  return async (paths, _options, self) => {
    const options = self.optsWithGlobals<StageOptions>();
    const reporter = createReporter(context, options);
    const { signal } = context;
    const probe = options.probe === undefined ? undefined : await readProbe(options.probe);
    const each = { ...analyzeOptions(options), probe, signal };
    const { concurrency } = options;
    const code = await eachPicture<Result>({
      found: await findImages(paths),
      reporter,
      stream: {
        ...{ ...pipelineOptions(options), ...each, stages, concurrency },
        onProgress: reporter.progress,
      },
      verb: (pipeline, picture) => verb(pipeline, picture, each),
      use: ({ path, result }) =>
        reporter.result(options.json ? JSON.stringify(result) : text(path, result)),
    });
    finish(code);
  };
}
