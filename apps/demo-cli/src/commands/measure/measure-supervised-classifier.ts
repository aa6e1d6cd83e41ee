import { loadSupervisedClassifier } from '@cxrkit/clip-classifier';
import { readScene } from '../../datasets/read-scene.js';
import { type LabelCase, labelScores } from './label-scores.js';
import { loaderOptions, type Measure, visit } from './measurement.js';

/** AUROC of each label the model tells, per data set, and the mean over labels with enough positives. */
export const measureSupervisedClassifier: Measure = async (work) => {
  const { items, model, options, context, task } = work;
  await using classifier = await loadSupervisedClassifier({ model, ...loaderOptions(options) });
  const cases = await visit(items, task, async (item): Promise<LabelCase> => {
    return { item, scores: await classifier.classify(await readScene(item)) };
  });
  const known = new Set(items.flatMap(({ findings }) => Object.keys(findings)));
  const labels = classifier.labels.filter((label) => known.has(label));
  return labelScores('supervised AUROC', cases, labels, context);
};
