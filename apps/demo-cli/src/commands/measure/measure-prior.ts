import { dirname } from 'node:path';
import { findingStates, loadCxrIrgen, type WriteReportOptions } from '@cxrkit/cxr-irgen';
import { findingsOfReport } from '@cxrkit/report-gen/train';
import { readScene } from '../../datasets/read-scene.js';
import type { TrainingImage } from '../../datasets/training-image.js';
import { openStage } from '../../pipeline/open-stage.js';
import { loaderOptions, type Measure, visit } from './measurement.js';
import { type Written, writtenScores } from './written-scores.js';

/**
 * Reports that the set around the prior (the folder that holds it) writes of real pictures: their findings against those
 * of the labels. Its encoders are the classifier of `--models`. First of pictures alone, the likeliest report; then, if
 * the prior reads findings, told the labels, one report drawn for each picture.
 */
export const measurePrior: Measure = async ({ items, model, options, context, task }) => {
  const { models, offline } = options;
  const { path: encoders } = await openStage('clip-classifier', { ...task, models, offline });
  await using irgen = await loadCxrIrgen({
    ...{ model: dirname(model), encoders, ...loaderOptions(options) },
    ...{ signal: task.signal },
  });
  const writeAll = (optionsOf: (item: TrainingImage, seed: number) => WriteReportOptions) => {
    let seed = 0;
    return visit(items, task, async (item): Promise<Written> => {
      const how = { ...optionsOf(item, seed++), signal: task.signal };
      const { report } = await irgen.writeReport(await readScene(item), how);
      return { item, report, findings: findingsOfReport(report) };
    });
  };
  const alone = writtenScores(await writeAll(() => ({ spread: 0 })), context);
  if (!irgen.readsFindings) return alone;
  const told = await writeAll(({ findings }, seed) => ({
    findings: findingStates(findings),
    seed,
  }));
  return [...alone, ...writtenScores(told, context, ', told the labels')];
};
