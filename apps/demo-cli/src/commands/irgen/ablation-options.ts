import { parse } from 'node:path';
import { SAMPLERS, type SamplerName } from '@cxrkit/cxr-irgen';
import { type Command, Option } from 'commander';
import { positiveNumber, wholeNumber } from '../../terminal/parse-options.js';
import { judgeSource } from '../measure/synth-options.js';
import type { TrainCommandOptions } from '../train/train-options.js';

/** Options of `cxr irgen ablation`. */
export interface AblationOptions extends TrainCommandOptions {
  /** Trainings of each arm. */
  readonly seeds: number;
  /** Images that each training makes. */
  readonly count: number;
  readonly sampler?: SamplerName;
  readonly steps?: number;
  readonly guidance?: number;
  /** Where images begin; each has images, scores and tables of its own, of the same trainings. @defaultValue 'trace' */
  readonly begin?: 'trace' | 'noise';
  /** Source of a supervised classifier. */
  readonly judge?: string;
}

/** @returns Name of a file or folder of the experiment, which tells where its images begin if that is not usual. */
export function variantName(
  name: string,
  { begin = 'trace' }: Pick<AblationOptions, 'begin'>,
): string {
  const { name: stem, ext } = parse(name);
  return begin === 'trace' ? name : `${stem}-${begin}${ext}`;
}

/** Adds the {@link AblationOptions} that are not global. */
export function addAblationOptions(command: Command): Command {
  return command
    .requiredOption(
      '--data <folders...>',
      'data sets: train is learned, images are made for the labels of val',
    )
    .requiredOption('-o, --out <folder>', 'runs, images and the table')
    .option('--config <file>', 'as of cxr train vision (default: a small sd-unet)')
    .option('--seeds <n>', 'trainings of each arm', wholeNumber(1), 3)
    .option('--updates <n>', 'weight updates of each training', wholeNumber(1), 6000)
    .option('--batch-size <n>', 'pictures a batch', wholeNumber(1))
    .option('--learning-rate <rate>', 'its peak', positiveNumber)
    .option('--checkpoint-every <n>', 'updates between checkpoints (default: 200)', wholeNumber(1))
    .option('--cache <folder>', 'where encoded data lie (default: cache in --out)')
    .option('--count <n>', 'images that each training makes', wholeNumber(2), 500)
    .addOption(
      new Option('--sampler <name>', 'how noise goes (default: dpm-solver++)').choices([
        ...SAMPLERS,
      ]),
    )
    .option('--steps <n>', 'of the sampler (default: 20)', wholeNumber(1))
    .option('--guidance <g>', 'towards what is asked (default: 4)', positiveNumber)
    .addOption(
      new Option(
        '--begin <where>',
        'as of cxr synth; noise takes the trace of the reference away, so that only the prompt tells of it (default: trace)',
      ).choices(['trace', 'noise']),
    )
    .option(
      '--judge <source>',
      'supervised-classifier=FOLDER: judges findings instead of the zero-shot classifier',
      judgeSource,
    );
}
