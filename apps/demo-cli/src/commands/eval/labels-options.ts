import type { ClinicalConvention } from '@cxrkit/eval';
import { type Command, InvalidArgumentError } from 'commander';
import { RULES } from '../../eval/labelers/open-labeler.js';
import { wordList } from '../../terminal/parse-options.js';
import type { EvalOptions } from './eval-options.js';

/** Options of `cxr eval labels`. */
export interface LabelsOptions extends EvalOptions {
  readonly against?: string;
  readonly conventions?: readonly ClinicalConvention[];
  /** `rules`, or the source of a CheXbert. */
  readonly labeler: string;
  /** Name of whoever made labels that are given. */
  readonly labelsBy?: string;
  readonly trials: number;
}

/** Those of the package, which is read only when something is evaluated. */
export const CONVENTIONS: readonly ClinicalConvention[] = [
  ...(['rgrg.micro_5', 'rgrg.micro_14', 'rgrg.per_condition', 'rgrg.example_14'] as const),
  ...(['r2gen_compute_ce', 'f1chexbert', 'chexbert_paper'] as const),
];

/** Adds the {@link LabelsOptions}. */
export function addLabelsOptions(command: Command): Command {
  return command
    .option(
      '--against <file>',
      'reports or labels of the same ids as references: clinical efficacy',
    )
    .option(
      '--conventions <names>',
      `some of ${CONVENTIONS.join(', ')} (default: all)`,
      conventionList,
    )
    .option(
      '--labeler <source>',
      'what labels reports: rules, or the model folder of a CheXbert of yours (a path, npm:package or hf:owner/name[@revision])',
      RULES,
    )
    .option(
      '--labels-by <name>',
      'who made labels that are given, for the signatures (default: the labeler)',
    );
}

function conventionList(text: string): ClinicalConvention[] {
  return wordList(text).map((word) => {
    const known = CONVENTIONS.find((name) => name === word);
    if (known === undefined)
      throw new InvalidArgumentError(
        `"${word}" is no convention. They are: ${CONVENTIONS.join(', ')}.`,
      );
    return known;
  });
}
