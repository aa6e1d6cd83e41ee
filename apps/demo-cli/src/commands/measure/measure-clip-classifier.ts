import { loadClipClassifier } from '@cxrkit/clip-classifier';
import { readScene } from '../../datasets/read-scene.js';
import { type LabelCase, labelScores } from './label-scores.js';
import { loaderOptions, type Measure, visit } from './measurement.js';

/** Zero-shot AUROC of each label, per data set, and the mean over labels with enough positives. */
export const measureClipClassifier: Measure = async ({ items, model, options, context, task }) => {
  const labels = [...new Set(items.flatMap(({ findings }) => Object.keys(findings)))].sort();
  if (labels.length === 0) return [];
  await using classifier = await loadClipClassifier({ model, ...loaderOptions(options) });
  const cases = await visit(items, task, async (item): Promise<LabelCase> => {
    const { classes } = await classifier.classify(await readScene(item), labels);
    const scores = Object.fromEntries(
      classes.map(({ label, cosPositive, cosNegative }) => [label, cosPositive - cosNegative]),
    );
    return { item, scores };
  });
  return labelScores('zero-shot AUROC', cases, labels, context);
};
