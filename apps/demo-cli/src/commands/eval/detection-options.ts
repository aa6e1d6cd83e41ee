import { type Command, Option } from 'commander';
import { type EvalOptions, numberList } from './eval-options.js';

/** Options of `cxr eval detection`. */
export interface DetectionOptions extends EvalOptions {
  readonly strictPycocotools: boolean;
  readonly categories: boolean;
  readonly trials: number;
  readonly overlap: 'iou' | 'iobb';
  readonly iouThresholds?: readonly number[];
  readonly maxDetections?: readonly number[];
}

/** Adds the {@link DetectionOptions}. */
export function addDetectionOptions(command: Command): Command {
  return command
    .option('--iou-thresholds <shares>', 'ascending (default: 0.5 to 0.95 by 0.05)', numberList)
    .option('--max-detections <counts>', 'an image and category (default: 1,10,100)', numberList)
    .option('--no-categories', 'pool all categories into one')
    .addOption(
      new Option('--overlap <kind>', 'iobb divides by the found box (ChestX-ray8)')
        .choices(['iou', 'iobb'])
        .default('iou'),
    )
    .option('--strict-pycocotools', "repeat pycocotools' slips (docs/evaluation.md)", false);
}
