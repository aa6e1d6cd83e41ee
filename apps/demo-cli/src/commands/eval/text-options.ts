import type { Preprocessing } from '@cxrkit/eval';
import { type Command, Option } from 'commander';
import { TEXT_METRIC_NAMES } from '../../eval/text/metric-names.js';
import { wholeNumber, wordList } from '../../terminal/parse-options.js';
import type { EvalOptions } from './eval-options.js';

/** Options of `cxr eval text`. */
export interface TextEvalOptions extends EvalOptions {
  readonly preprocess: Preprocessing;
  readonly metrics?: readonly string[];
  readonly references?: string;
  readonly paraphrases?: string;
  readonly referenceTokens?: number;
  readonly vocabulary?: string;
  readonly vocabularyThreshold: number;
  readonly trials: number;
}

/** Those of the package, which is read only when something is evaluated. */
export const PREPROCESSINGS: readonly Preprocessing[] = [
  ...(['ptb', 'r2gen_iu', 'r2gen_mimic', 'rgrg', 'radcliq', 'none'] as const),
];

/** Adds the {@link TextEvalOptions}. */
export function addTextOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--preprocess <name>', 'what happens to texts before they are compared')
        .choices(PREPROCESSINGS)
        .default('ptb'),
    )
    .option('--metrics <names>', `some of ${TEXT_METRIC_NAMES.join(', ')}`, wordList)
    .option(
      '--references <file>',
      'references of the same ids, such as the annotation of R2Gen (default: in the same rows)',
    )
    .option('--paraphrases <file>', "table of METEOR's paraphrases, which cannot be shipped")
    .option(
      '--reference-tokens <n>',
      'cut references as R2Gen does: 59 words for IU X-ray, 99 for MIMIC-CXR; needs --vocabulary',
      wholeNumber(1),
    )
    .option(
      '--vocabulary <file>',
      'training reports, such as the annotation of R2Gen; rarer words of cut references become <unk>',
    )
    .option(
      '--vocabulary-threshold <n>',
      'least count of a known word; R2Gen has 10 for MIMIC-CXR',
      wholeNumber(1),
      3,
    );
}
