import { join } from 'node:path';
import type { TaskOptions } from '@cxrkit/core';
import { describeModel, type ModelScore } from '@cxrkit/core/model';
import { writeFiles } from '../../output/write-files.js';
import { type OpenedModel, openStage } from '../../pipeline/open-stage.js';
import { askedAurocs, askedCases, realCases } from '../../synth/measures/asked-auroc.js';
import { distributionScores } from '../../synth/measures/distribution-scores.js';
import { type Judge, openJudge } from '../../synth/measures/judge.js';
import { nearestScores, nearestTraining } from '../../synth/measures/nearest-training.js';
import { comparedItems, seeReal } from '../../synth/measures/real-pictures.js';
import { reportScores } from '../../synth/measures/report-scores.js';
import { readSynthetic, seeSynthetic } from '../../synth/measures/synthetic-pictures.js';
import { drawNearestSheet } from '../../synth/nearest-sheet.js';
import type { CliContext } from '../../terminal/context.js';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { readData } from '../train/train-options.js';
import { loaderOptions } from './measurement.js';
import { scoreLine } from './score.js';
import type { MeasureSynthOptions } from './synth-options.js';

/**
 * Measures a folder of synthetic pairs.
 *
 * @param command - The command line, for the card.
 */
export async function measureSynth(
  folder: string,
  options: MeasureSynthOptions,
  command: string,
  context: CliContext,
): Promise<number> {
  const reporter = createReporter(context, options);
  const task = { signal: context.signal, onProgress: reporter.progress };
  const { splits, seed = 0, out = folder, judge: supervised, json } = options;
  const about = { split: splits.join('+'), command, seed };
  const pictures = await readSynthetic(folder);
  const sources = pictures.map(({ source }) => source);
  // The nearest training picture is looked for whatever is compared.
  const looked = [...new Set([...splits, 'train', 'val'])];
  const items = await readData(options.data);
  const compared = new Set(comparedItems(items, sources, splits));
  await using judge = await openSetJudge(options, supervised, task);
  const known = comparedItems(items, sources, looked);
  const real = await seeReal(known, judge, task);
  const synthetic = await seeSynthetic(folder, pictures, judge, task);
  reporter.end();
  const nearest = nearestTraining(synthetic, real, judge.extractor);
  const aurocs = askedAurocs(judge.name, askedCases(synthetic), realCases(real), about);
  if (aurocs.length === 0)
    reporter.note('No AUROC: no finding was asked for often enough, and to be absent as well.');
  const vision: readonly ModelScore[] = [
    ...distributionScores(
      synthetic,
      real.filter(({ item }) => compared.has(item)),
      judge.extractor,
      about,
    ),
    ...aurocs,
    ...(nearest ? nearestScores(nearest, judge.extractor, about) : []),
  ];
  for (const score of [...vision, ...reportScores(synthetic, about)])
    reporter.result(json ? JSON.stringify(score) : scoreLine(score));
  if (nearest) {
    const sheet = join(out, 'nearest.png');
    await writeFiles({ [sheet]: await drawNearestSheet(folder, synthetic, nearest) }, context.disk);
    reporter.note(`Nearest training pictures: ${sheet}. It shows real pictures.`);
  }
  if (options.write !== undefined) {
    await describeModel(options.write, { scores: vision });
    reporter.note(`Written into model.json and README.md of ${options.write}.`);
  }
  return EXIT.done;
}

/** Opens the classifier of `--models`, and that of `--judge`. */
async function openSetJudge(
  options: GlobalOptions,
  supervised: string | undefined,
  task: TaskOptions,
): Promise<Judge> {
  const { models, offline } = options;
  const open = (stage: 'clip-classifier' | 'supervised-classifier', from = models) =>
    openStage(stage, { ...task, models: from, offline });
  const { path, info }: OpenedModel = await open('clip-classifier');
  const judge =
    supervised === undefined
      ? undefined
      : await open('supervised-classifier', { 'supervised-classifier': supervised });
  return await openJudge(
    {
      ...{ classifier: path, classifierName: `${info.name}@${info.version}` },
      ...{ supervised: judge?.path, ...loaderOptions(options) },
    },
    task,
  );
}
