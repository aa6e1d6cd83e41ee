import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { wordList } from '../../terminal/parse-options.js';

/** Options of `cxr measure synth`. */
export interface MeasureSynthOptions extends GlobalOptions {
  readonly data: readonly string[];
  readonly splits: readonly string[];
  /** Source of a supervised classifier. */
  readonly judge?: string;
  readonly out?: string;
  /** Model folder whose card takes the scores. */
  readonly write?: string;
}

const SPLITS = ['train', 'val', 'test'];

/** Adds the {@link MeasureSynthOptions} that are not global. */
export function addMeasureSynthOptions(command: Command): Command {
  return command
    .requiredOption('--data <folders...>', 'real data sets that the images are compared with')
    .addOption(
      new Option('--splits <names>', 'real pictures that are compared')
        .argParser(splitList)
        .default(['train', 'val'], 'train,val'),
    )
    .option(
      '--judge <source>',
      'supervised-classifier=FOLDER: judges findings instead of the zero-shot classifier',
      judgeSource,
    )
    .option('-o, --out <folder>', 'where nearest.png goes (default: the folder itself)')
    .option('--write <folder>', 'model folder of the denoiser, whose card takes the scores');
}

function splitList(text: string): string[] {
  const splits = wordList(text);
  const unknown = splits.find((name) => !SPLITS.includes(name));
  if (unknown === undefined) return splits;
  throw new InvalidArgumentError(`"${unknown}" is no split. They are: ${SPLITS.join(', ')}.`);
}

/** Reads `--judge`. */
export function judgeSource(text: string): string {
  const [, source] = /^supervised-classifier=(.+)$/.exec(text) ?? [];
  if (source === undefined)
    throw new InvalidArgumentError('Expected supervised-classifier=FOLDER.');
  return source;
}
