import type { Command } from 'commander';
import { addClassificationOptions, findingsOption, finite } from './classification-options.js';
import { addDetectionOptions } from './detection-options.js';
import {
  addBootstrapOptions,
  addCompareOption,
  addResultOptions,
  addRowOptions,
  addTrialsOption,
  addWorstOption,
} from './eval-options.js';
import type { Evaluate } from './evaluation.js';
import { addImagesOptions } from './images-options.js';
import { addLabelsOptions } from './labels-options.js';
import { addTextOptions } from './text-options.js';

/** One command below `cxr eval`. */
export interface EvalCommand {
  readonly name: string;
  readonly description: string;
  readonly argument: string;
  readonly files: string;
  readonly options: readonly ((command: Command) => Command)[];
  readonly examples: readonly string[];
  /** Evaluating code is read only when something is evaluated. */
  readonly load: () => Promise<Evaluate>;
}

const shared = [addRowOptions, addBootstrapOptions, addResultOptions];
const compared = [...shared, addWorstOption, addCompareOption];
const rows = { argument: '<files...>', files: 'JSON lines, CSV, TSV or JSON; gzip, too' };

/** The commands below `cxr eval`, in the order of the help. */
export const EVAL_COMMANDS: readonly EvalCommand[] = [
  {
    name: 'text',
    description: 'BLEU, ROUGE-L, CIDEr, METEOR of reports: rows of id, candidate, references.',
    ...rows,
    options: [addTextOptions, ...compared, addTrialsOption],
    examples: [
      'cxr eval text reports.jsonl --preprocess r2gen_iu',
      'cxr eval text reports.jsonl --references annotation.json --split test --bootstrap 1000',
      'cxr eval text ours.jsonl --compare theirs.jsonl --html report.html',
    ],
    load: async () => (await import('./eval-text.js')).evaluateText,
  },
  {
    name: 'labels',
    description:
      'Label reports with the 14 CheXpert findings, by rules or your CheXbert, a line each; with --against score them.',
    ...rows,
    options: [addLabelsOptions, ...compared, addTrialsOption],
    examples: [
      'cxr eval labels reports.jsonl > labels.jsonl',
      'cxr eval labels generated.jsonl --against mimic-cxr-2.0.0-chexpert.csv --json',
      'cxr eval labels generated.jsonl --against references.jsonl --labeler my-chexbert',
    ],
    load: async () => (await import('./eval-labels.js')).evaluateLabels,
  },
  {
    name: 'classification',
    description: 'AUROC, average precision, thresholds, calibration: rows of id, labels, scores.',
    ...rows,
    options: [addClassificationOptions, ...compared],
    examples: [
      'cxr eval classification predictions.jsonl --bootstrap 1000 --html report.html',
      'cxr eval classification scores.csv --labels mimic-cxr-2.0.0-chexpert.csv --policy zeros',
    ],
    load: async () => (await import('./eval-classification.js')).evaluateClassification,
  },
  {
    name: 'detection',
    description: "COCO's average precision and recall of boxes.",
    argument: '<files...>',
    files: 'true boxes (COCO JSON), then found ones (COCO results, JSON lines or CSV)',
    options: [
      addDetectionOptions,
      ...shared,
      addCompareOption,
      (command) => addTrialsOption(command, 1000),
    ],
    examples: [
      'cxr eval detection truth.json found.json',
      'cxr eval detection truth.json found.json --iou-thresholds 0.4 --bootstrap 1000',
    ],
    load: async () => (await import('./eval-detection.js')).evaluateDetection,
  },
  {
    name: 'images',
    description: 'FID, KID, precision, recall, density, coverage of pictures or of their features.',
    argument: '<files...>',
    files:
      'real, then generated: two folders of pictures, or two .npy files of [pictures, features]',
    options: [addImagesOptions, addBootstrapOptions, addResultOptions],
    examples: [
      'cxr eval images real/ generated/ --models clip-classifier=my-clip',
      'cxr eval images real.npy generated.npy --validation unseen.npy',
      'cxr eval images originals/ reconstructions/ --paired --bootstrap 1000',
    ],
    load: async () => (await import('./eval-images.js')).evaluateImages,
  },
  {
    name: 'pairs',
    description:
      'Agreement of asked labels, a classifier on the image and a labeler on the report: rows of id, asked, scores, report.',
    ...rows,
    options: [
      (command) =>
        command
          .addOption(findingsOption())
          .option(
            '--threshold <probability>',
            'the classifier says yes from here on (default: 0.5)',
            finite,
          ),
      ...shared,
    ],
    examples: ['cxr eval pairs generated.jsonl --bootstrap 1000 --html pairs.html'],
    load: async () => (await import('./eval-pairs.js')).evaluatePairs,
  },
];
