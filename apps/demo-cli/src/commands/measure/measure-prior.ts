import { dirname } from 'node:path';
import { loadCxrIrgen } from '@cxrkit/cxr-irgen';
import { findingsOfReport } from '@cxrkit/report-gen/train';
import { readScene } from '../../datasets/read-scene.js';
import { openStage } from '../../pipeline/open-stage.js';
import { loaderOptions, type Measure, visit } from './measurement.js';
import { type Written, writtenScores } from './written-scores.js';

/**
 * Reports that the set around the prior writes of real pictures: their findings against those of the labels. The set is
 * the folder that holds the prior; its encoders are the classifier of `--models`.
 */
export const measurePrior: Measure = async ({ items, model, options, context, task }) => {
  const { models, offline } = options;
  const { path: encoders } = await openStage('clip-classifier', { ...task, models, offline });
  await using irgen = await loadCxrIrgen({
    ...{ model: dirname(model), encoders, ...loaderOptions(options) },
    ...{ signal: task.signal },
  });
  const written = await visit(items, task, async (item): Promise<Written> => {
    const { report } = await irgen.writeReport(await readScene(item), { signal: task.signal });
    return { item, report, findings: findingsOfReport(report) };
  });
  return writtenScores(written, context);
};
