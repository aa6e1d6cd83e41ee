import { loadDetector } from '@cxrkit/detector';
import { loadReportGenerator } from '@cxrkit/report-gen';
import { findingsOfReport } from '@cxrkit/report-gen/train';
import { readScene } from '../../datasets/read-scene.js';
import { openStage } from '../../pipeline/open-stage.js';
import { loaderOptions, type Measure, visit } from './measurement.js';
import { type Written, writtenScores } from './written-scores.js';

/** Findings of the reports against those of the labels, the best constant report beside it, and variety. */
export const measureReportGenerator: Measure = async ({ items, model, options, context, task }) => {
  const { models, offline } = options;
  const { path } = await openStage('detector', { ...task, models, offline });
  await using detector = await loadDetector({ model: path, ...loaderOptions(options) });
  await using generator = await loadReportGenerator({ model, ...loaderOptions(options) });
  const written = await visit(items, task, async (item): Promise<Written> => {
    const { regions } = await detector.detect(await readScene(item));
    const { report } = await generator.generateReport(regions);
    return { item, report, findings: findingsOfReport(report) };
  });
  return writtenScores(written, context);
};
