import type { Command } from 'commander';
import { wholeNumber } from '../../terminal/parse-options.js';
import type { EvalOptions } from './eval-options.js';

/** Options of `cxr eval images`. */
export interface ImagesOptions extends EvalOptions {
  readonly k: number;
  readonly paired: boolean;
  readonly validation?: string;
}

/** Adds the {@link ImagesOptions}. */
export function addImagesOptions(command: Command): Command {
  return command
    .option('--k <n>', 'neighbours of precision, recall, density and coverage', wholeNumber(1), 5)
    .option('--paired', 'compare pictures of the same names instead: SSIM, MS-SSIM, PSNR', false)
    .option(
      '--validation <path>',
      'real pictures or features the generator never saw: look for copies of the real ones, which it was trained on',
    );
}
