import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskOptions } from '@cxrkit/core';
import { writeFiles } from '../../output/write-files.js';
import { openStage } from '../../pipeline/open-stage.js';
import { openJudge } from '../../synth/measures/judge.js';
import { seeReal } from '../../synth/measures/real-pictures.js';
import type { CliContext } from '../../terminal/context.js';
import { EXIT } from '../../terminal/exit-code.js';
import { createReporter, type Reporter } from '../../terminal/reporter.js';
import { loaderOptions } from '../measure/measurement.js';
import { ablationArms } from './ablation-arms.js';
import { measureRun, type RunScores } from './ablation-measure.js';
import { type AblationOptions, variantName } from './ablation-options.js';
import { type AblationModels, claimFolder, readPlan } from './ablation-plan.js';
import { type AblationRun, type AblationWork, madeImages, trainedSet } from './ablation-run.js';
import { type RunRow, summarize } from './ablation-summary.js';
import { type AblationFacts, ablationTable } from './ablation-table.js';

/** Runs `cxr irgen ablation`, or what an earlier call left undone of it. */
export async function runAblation(
  options: AblationOptions,
  command: string,
  context: CliContext,
): Promise<number> {
  const { signal, disk } = context;
  const { out, seeds, seed = 0, json } = options;
  const reporter = createReporter(context, options);
  const task = { signal, onProgress: reporter.progress };
  const plan = await readPlan(options);
  const models = await openModels(options, task);
  await claimFolder(options, plan, models, disk);
  const work: AblationWork = { options, plan, models, command, disk, task };
  const runs = Array.from({ length: seeds }, (_, index) =>
    ablationArms(plan.rules).map(
      (arm): AblationRun => ({ arm, index, folder: join(out, `${arm.folder}-${seed + index}`) }),
    ),
  ).flat();
  for (const [i, run] of runs.entries()) {
    reporter.note(`Run ${i + 1} of ${runs.length}: ${run.arm.name}, seed ${seed + run.index}.`);
    await madeImages(run, await trainedSet(run, work), work);
  }
  const { rows, facts } = await measuredRows(runs, work, reporter);
  const summary = summarize(rows, seed);
  const table = variantName('ablation.md', options);
  await writeFiles(
    {
      [join(out, variantName('ablation.json', options))]:
        `${JSON.stringify({ ...facts, rows, summary }, null, 2)}\n`,
      [join(out, table)]: ablationTable(rows, summary, facts),
    },
    disk,
  );
  reporter.end();
  reporter.result(json ? JSON.stringify(summary) : ablationTable(rows, summary, facts).trimEnd());
  reporter.note(`Written: ${join(out, table)} and the same as JSON.`);
  return EXIT.done;
}

async function openModels(options: AblationOptions, task: TaskOptions): Promise<AblationModels> {
  const { models, offline, judge } = options;
  const open = { ...task, models, offline };
  const supervised = { ...open, models: { 'supervised-classifier': judge ?? '' } };
  return {
    autoencoder: await openStage('irgen-vae', open),
    encoders: await openStage('clip-classifier', open),
    judge: judge === undefined ? undefined : await openStage('supervised-classifier', supervised),
  };
}

/** Measures the runs that were not measured before; real pictures are looked at once, and only if there is one. */
async function measuredRows(
  runs: readonly AblationRun[],
  { options, plan, models, command, disk, task }: AblationWork,
  reporter: Reporter,
): Promise<{ readonly rows: readonly RunRow[]; readonly facts: AblationFacts }> {
  const { seed = 0, updates, begin = 'trace' } = options;
  const { encoders, judge: supervised } = models;
  const classifierName = `${encoders.info.name}@${encoders.info.version}`;
  await using judge = await openJudge(
    {
      ...{ classifier: encoders.path, classifierName, supervised: supervised?.path },
      ...loaderOptions(options),
    },
    task,
  );
  const items = plan.pictures.map(({ item }) => item);
  let seen: ReturnType<typeof seeReal> | undefined;
  const rows: RunRow[] = [];
  for (const { arm, index, folder } of runs) {
    const path = join(folder, variantName('scores.json', options));
    let scores = await readScores(path);
    if (scores === undefined) {
      seen ??= seeReal(items, judge, task);
      const images = join(folder, variantName('images', options));
      scores = await measureRun(images, { real: await seen, judge, seed }, task);
      await writeFiles({ [path]: `${JSON.stringify(scores)}\n` }, disk);
    }
    rows.push({ arm: arm.name, seed: seed + index, scores });
    reporter.note(`${arm.name}, seed ${seed + index}: FID ${scores.fid.value.toPrecision(4)}.`);
  }
  return {
    rows,
    facts: {
      ...{ command, updates, denoiser: plan.network.denoiser.kind, real: items.length },
      ...{ extractor: judge.extractor, judge: judge.name, begin },
    },
  };
}

async function readScores(path: string): Promise<RunScores | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunScores);
}
