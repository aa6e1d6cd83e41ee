import type { Command } from 'commander';
import { findImages } from '../inputs/find-images.js';
import { writeIndexPage } from '../output/index-page.js';
import { nameStillFree, outputNames } from '../output/output-names.js';
import { prepareFolder } from '../output/write-files.js';
import { type OutputFiles, writeOutputs } from '../output/write-outputs.js';
import type { Analysis } from '../result/analysis.js';
import type { CliContext } from '../terminal/context.js';
import { type GlobalOptions, pipelineOptions } from '../terminal/global-options.js';
import { createReporter, type Reporter } from '../terminal/reporter.js';
import { type AddCommand, examples } from './command.js';
import { eachPicture, type Success } from './each-picture.js';
import {
  addLabelsOption,
  addPictureOptions,
  addReportOptions,
  analyzeOptions,
  type ReportCommandOptions,
} from './report-options.js';
import { analysisLine, analysisText } from './show.js';

interface AnalyzeCommandOptions extends GlobalOptions, ReportCommandOptions {
  readonly out?: string;
  readonly labels?: readonly string[];
  readonly concurrency?: number;
  readonly maxPixels?: number;
}

const DEFAULT_FOLDER = 'cxr-results';
/** With more pictures than this, one line tells of each. */
const MOST_IN_FULL = 5;

/** Adds `cxr analyze`. */
export const addAnalyze: AddCommand = (program, context, finish) => {
  const command = program
    .command('analyze')
    .description(
      'Report, boxes and classification of X-rays. Writes <name>.json, <name>.report.txt and <name>.overlay.png of each, and an index.html of all.',
    )
    .argument('<paths...>', 'pictures, folders or glob patterns')
    .option(
      '-o, --out <folder>',
      `where the results go (default: ${DEFAULT_FOLDER}; with --json: nowhere)`,
    );
  addPictureOptions(addReportOptions(addLabelsOption(command)))
    .addHelpText(
      'after',
      examples(
        'cxr analyze chest.png',
        'cxr analyze xrays/ --out results',
        'cxr analyze "xrays/**/*.png" --labels "Pneumonia,Rib fracture" --json > results.jsonl',
        'cxr analyze chest.png --regions "right lung,left lung" --beams 1',
      ),
    )
    .action(async (paths: string[], _options: unknown, self: Command) => {
      finish(await analyzeAll(paths, self.optsWithGlobals<AnalyzeCommandOptions>(), context));
    });
};

async function analyzeAll(
  paths: readonly string[],
  options: AnalyzeCommandOptions,
  context: CliContext,
): Promise<number> {
  const { signal, disk } = context;
  const reporter = createReporter(context, options);
  const folder = options.out ?? (options.json ? undefined : DEFAULT_FOLDER);
  const found = await findImages(paths, { skip: folder });
  if (folder !== undefined) await prepareFolder(folder, disk);
  const names = folder === undefined ? undefined : await outputNames(found.images, folder);
  const verb = analyzeOptions(options);
  const { concurrency } = options;
  let written = 0;
  try {
    return await eachPicture<Analysis>({
      ...{ found, reporter },
      stream: {
        ...pipelineOptions(options),
        ...{ ...verb, concurrency, signal, onProgress: reporter.progress },
      },
      verb: (pipeline, picture) => pipeline.analyze(picture, { ...verb, signal }),
      use: async (success) => {
        const name = names?.get(success.path);
        const files =
          folder === undefined || name === undefined
            ? undefined
            : await writeOutputs(
                folder,
                await nameStillFree(success.path, name, folder),
                success,
                disk,
              );
        if (files) written++;
        show(success, files, { reporter, options, total: found.images.length });
      },
    });
  } finally {
    // What was done before Ctrl-C stays, and the page shows it.
    if (folder !== undefined && written > 0) {
      const page = await writeIndexPage(folder, { disk });
      reporter.note(`All results: ${page}`);
    }
  }
}

function show(
  { path, result }: Success<Analysis>,
  files: OutputFiles | undefined,
  {
    reporter,
    options,
    total,
  }: {
    readonly reporter: Reporter;
    readonly options: AnalyzeCommandOptions;
    readonly total: number;
  },
): void {
  if (options.json) reporter.result(JSON.stringify(result));
  else if (!options.quiet)
    reporter.result(
      total > MOST_IN_FULL ? analysisLine(path, result) : analysisText(path, result, files),
    );
}
