import type { LabelPolicy } from '@cxrkit/eval';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { wordList } from '../../terminal/parse-options.js';
import type { EvalOptions } from './eval-options.js';

/** Options of `cxr eval classification`. */
export interface ClassificationOptions extends EvalOptions {
  readonly labels?: string;
  readonly findings?: readonly string[];
  readonly policy: LabelPolicy;
  readonly threshold?: number;
}

const POLICIES: readonly LabelPolicy[] = [
  'ignore',
  'ones',
  'zeros',
  'blank_is_negative_uncertain_zero',
];

/** Adds the {@link ClassificationOptions}. */
export function addClassificationOptions(command: Command): Command {
  return command
    .option(
      '--labels <file>',
      'labels of the same ids, such as the CheXpert table of MIMIC-CXR-JPG (default: in the same rows)',
    )
    .addOption(findingsOption())
    .addOption(
      new Option('--policy <name>', 'how uncertain (-1) and missing labels are read')
        .choices(POLICIES)
        .default('ignore'),
    )
    .option(
      '--threshold <score>',
      'positive from this score on (default: 0.5 of probabilities)',
      finite,
    );
}

/** Makes the option that names findings. */
export function findingsOption(): Option {
  return new Option('--findings <names>', 'these only, such as "Edema,Pleural Effusion"').argParser(
    wordList,
  );
}

/** Reads a number. */
export function finite(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('Expected a number.');
  return value;
}
