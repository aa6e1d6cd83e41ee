import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import {
  type CxrIrgen,
  loadCxrIrgen,
  type ManifestEntry,
  type SynthesizeDatasetOptions,
} from '@cxrkit/cxr-irgen';
import { DISCLAIMER } from '../../output/report-text.js';
import { writeFiles } from '../../output/write-files.js';
import { agreementText, askedText } from '../../synth/asked-text.js';
import { drawContactSheet } from '../../synth/contact-sheet.js';
import { loadJudges } from '../../synth/judges.js';
import { readManifest } from '../../synth/read-manifest.js';
import {
  type AskedRow,
  completedTraining,
  ORIGINS_FILE,
  originLines,
} from '../../synth/row-origins.js';
import { setSources } from '../../synth/set-source.js';
import { synthesisPage } from '../../synth/synthesis-page.js';
import type { CliContext } from '../../terminal/context.js';
import { EXIT } from '../../terminal/exit-code.js';
import { pipelineOptions } from '../../terminal/global-options.js';
import { createReporter, type Reporter } from '../../terminal/reporter.js';
import { UsageError } from '../../terminal/usage-error.js';
import { readAskedRows, readPicture } from './asked-rows.js';
import type { SynthOptions } from './synth-options.js';

/** Runs `cxr synth`. */
export async function synthesizePairs(options: SynthOptions, context: CliContext): Promise<number> {
  const { signal } = context;
  const reporter = createReporter(context, options);
  // What was asked is read before the models, so that a slip costs no time.
  const rows = await readAskedRows(options, signal);
  tellRows(rows, options, reporter);
  const start = await readStart(options, signal);
  const { models, device, threads, offline } = pipelineOptions(options);
  const source = { ...(offline !== undefined && { offline }) };
  const { model, encoders, judge } = setSources(models, options.set);
  await using runtime = await openRuntime({ device, signal, ...(threads && { threads }) });
  const { vision, reports } = options;
  await using irgen = await loadCxrIrgen({
    ...{ model, encoders, vision, reports, runtime, source, signal },
    onProgress: reporter.progress,
  });
  await using judges = await loadJudges(judge, runtime, source, signal);
  return await finishing(options, { context, reporter, rows }, () =>
    irgen.synthesizeDataset({
      ...{ ...datasetOptions(options), ...start, rows: rows.map(({ row }) => row), signal },
      ...{ classifier: judges.classifier, labeler: reports ? judges.labeler : undefined },
      onProgress: reporter.progress,
      onPair: showing(options, reporter),
    }),
  );
}

async function readStart(
  { start, strength, mask }: SynthOptions,
  signal: AbortSignal,
): Promise<Pick<SynthesizeDatasetOptions, 'from' | 'mask'>> {
  if (start === undefined) {
    if (mask !== undefined || strength !== undefined)
      throw new UsageError('--mask and --strength need a picture of --start.');
    return {};
  }
  return {
    from: { image: await readPicture(start, signal), strength },
    ...(mask !== undefined && { mask: await readPicture(mask, signal) }),
  };
}

function datasetOptions(
  options: SynthOptions,
): Omit<SynthesizeDatasetOptions, 'rows' | 'from' | 'mask'> {
  const { out, seed, format, preset, sampler, steps, guidance, eta, karras, begin } = options;
  const { reportTries, minAgreement, reports, decoding, topP, spread, ignoreFindings } = options;
  const report = {
    ...(preset !== undefined && { preset }),
    ...(decoding !== undefined && { decoding }),
    ...(topP !== undefined && { topP }),
    ...(spread !== undefined && { spread }),
    ...(ignoreFindings !== undefined && { ignoreFindings }),
  };
  return {
    ...{ out, seed, format, preset, sampler, steps, guidance, eta, karras, begin },
    ...{ reportTries, minAgreement, report: reports && report },
  };
}

/** Says what --references leave open; how many rows there are is told of files and data sets. */
function tellRows(
  rows: readonly AskedRow[],
  { from, references }: SynthOptions,
  reporter: Reporter,
): void {
  if (from === undefined) return;
  const without = rows.filter(({ row }) => row.reference === undefined).length;
  const open = references && without > 0 ? `, ${without} of them without a reference` : '';
  reporter.note(`${rows.length} ${rows.length === 1 ? 'row' : 'rows'}${open}.`);
}

/** Shows each pair; a warning is told of the first that has it. */
function showing(
  { json, quiet }: SynthOptions,
  reporter: Reporter,
): (entry: ManifestEntry) => void {
  const told = new Set<string>();
  return (entry) => {
    for (const { message } of entry.warnings ?? [])
      if (!told.has(message)) {
        told.add(message);
        reporter.note(`Warning: ${message}`);
      }
    if (json) reporter.result(JSON.stringify(entry));
    else if (!quiet)
      reporter.result(
        `${entry.image}: ${askedText(entry)}; agreement ${agreementText(entry.agreement)}${entry.report === null ? '' : `\n  ${entry.report}`}`,
      );
  };
}

/** Shows what is there in the end, also of what was stopped. */
async function finishing(
  { out }: SynthOptions,
  {
    context,
    reporter,
    rows,
  }: {
    readonly context: CliContext;
    readonly reporter: Reporter;
    readonly rows: readonly AskedRow[];
  },
  run: () => ReturnType<CxrIrgen['synthesizeDataset']>,
): Promise<number> {
  let failure: unknown;
  try {
    const { kept, rejected, resumed } = await run();
    reporter.end();
    const counts = [
      `${kept} ${kept === 1 ? 'pair' : 'pairs'} in ${out}`,
      ...(resumed > 0 ? [`${resumed} made before`] : []),
      ...(rejected > 0 ? [`${rejected} left out for too little agreement`] : []),
    ];
    reporter.note(`${counts.join(', ')}.`);
  } catch (error) {
    // A folder of another configuration stays as it is.
    if (error instanceof InvalidInputError) throw error;
    failure = error;
  }
  const entries = await readManifest(out).catch(() => []);
  if (entries.length > 0) {
    const [page, sheet] = [join(out, 'index.html'), join(out, 'contact-sheet.png')];
    const files = {
      [page]: synthesisPage(out, entries),
      [sheet]: await drawContactSheet(out, entries),
      ...(await originFiles(out, rows)),
    };
    await writeFiles(files, context.disk).catch((error: unknown) => {
      failure ??= error;
    });
    if (failure === undefined) reporter.note(`All pairs: ${page}\n${DISCLAIMER}`);
  }
  if (failure !== undefined) throw failure;
  return EXIT.done;
}

/** Files that tell of the pictures whose labels were asked for. */
async function originFiles(
  out: string,
  rows: readonly AskedRow[],
): Promise<Record<string, string>> {
  const origins = originLines(rows);
  if (origins === '') return {};
  const training = join(out, 'training.jsonl');
  // It comes with the last pair.
  const text = await readFile(training, 'utf8').catch(() => undefined);
  return {
    [join(out, ORIGINS_FILE)]: origins,
    ...(text !== undefined && { [training]: completedTraining(text, origins) }),
  };
}
