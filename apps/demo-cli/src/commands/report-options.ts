import type { AnatomicalRegion } from '@cxrkit/core';
import { type Command, Option } from 'commander';
import type { AnalyzeOptions } from '../pipeline/pipeline.js';
import { positiveNumber, regionList, wholeNumber, wordList } from '../terminal/parse-options.js';

/** Options of commands that write a report. */
export interface ReportCommandOptions {
  readonly regions?: readonly AnatomicalRegion[];
  readonly decoding: NonNullable<AnalyzeOptions['decoding']>;
  readonly beams?: number;
  readonly samplingTemperature?: number;
  readonly topP?: number;
  readonly contradictions: NonNullable<AnalyzeOptions['contradictions']>;
}

/** Adds the {@link ReportCommandOptions}. */
export function addReportOptions(command: Command): Command {
  return command
    .option(
      '--regions <names>',
      'regions to write about, between commas, instead of those the model selects',
      regionList,
    )
    .addOption(
      new Option('--decoding <way>', 'how words are chosen')
        .choices(['beam', 'greedy', 'sample'])
        .default('beam'),
    )
    .option('--beams <n>', 'width of the beam search (default: the model’s)', wholeNumber(1))
    .option('--sampling-temperature <t>', 'for --decoding sample (default: 1)', positiveNumber)
    .option('--top-p <p>', 'for --decoding sample (default: 1)', positiveNumber)
    .addOption(
      new Option('--contradictions <way>', 'sentences that deny what another one states')
        .choices(['remove', 'keep'])
        .default('remove'),
    );
}

/** Adds `--labels`. */
export function addLabelsOption(command: Command): Command {
  return command.option(
    '--labels <words>',
    'what to look for, between commas; any words do (default: the labels of the model)',
    wordList,
  );
}

/** Adds what reading and working at once takes. */
export function addPictureOptions(command: Command): Command {
  return command
    .option(
      '--concurrency <n>',
      'pictures at once on the CPU (default: 2 for several pictures)',
      wholeNumber(1),
    )
    .option('--max-pixels <n>', 'larger pictures are refused (default: 100000000)', wholeNumber(1));
}

/** @returns The options as the pipeline takes them. */
export function analyzeOptions(
  options: Partial<ReportCommandOptions> & {
    readonly labels?: readonly string[];
    readonly seed?: number;
    readonly maxPixels?: number;
  },
): AnalyzeOptions {
  const { samplingTemperature: temperature, topP, seed, decoding, beams } = options;
  const { regions, contradictions, labels, maxPixels } = options;
  const words = { temperature, topP, seed, decoding, beams };
  return { ...words, regions, contradictions, labels, maxPixels };
}
