import { loadClipClassifier } from '@cxrkit/clip-classifier';
import type { ModelScore } from '@cxrkit/core/model';
import { auroc } from '@cxrkit/eval';
import { readScene } from '../../datasets/read-scene.js';
import type { TrainingImage } from '../../datasets/training-image.js';
import { bySource, loaderOptions, type Measure, visit } from './measurement.js';
import { mean, measured, type ScoreContext } from './score.js';

interface Scored {
  readonly item: TrainingImage;
  readonly scores: Readonly<Record<string, number>>;
}

/** Positives from which a label counts in the mean. */
const ENOUGH = 15;

/** Zero-shot AUROC of each label, per data set, and the mean over labels with enough positives. */
export const measureClipClassifier: Measure = async ({ items, model, options, context, task }) => {
  const labels = [...new Set(items.flatMap(({ findings }) => Object.keys(findings)))].sort();
  if (labels.length === 0) return [];
  await using classifier = await loadClipClassifier({ model, ...loaderOptions(options) });
  const scored = await visit(items, task, async (item): Promise<Scored> => {
    const { classes } = await classifier.classify(await readScene(item), labels);
    return {
      item,
      scores: Object.fromEntries(
        classes.map(({ label, cosPositive, cosNegative }) => [label, cosPositive - cosNegative]),
      ),
    };
  });
  const sets = bySource(items);
  return [...sets.keys()].flatMap((source) =>
    setScores(
      source,
      scored.filter(({ item }) => item.source === source),
      labels,
      context,
    ),
  );
};

function setScores(
  source: string,
  cases: readonly Scored[],
  labels: readonly string[],
  context: ScoreContext,
): ModelScore[] {
  const known = labels.filter((label) => labelAuroc(cases, label) !== null);
  const enough = known.filter(
    (label) => label !== 'No Finding' && positives(cases, label) >= ENOUGH,
  );
  const meanScore = measured(
    `zero-shot AUROC, mean over labels with >= ${ENOUGH} positives (${enough.join(', ')})`,
    source,
    cases,
    (sample) => mean(enough.flatMap((label) => labelAuroc(sample, label) ?? [])),
    context,
  );
  const each = known.flatMap((label) =>
    measured(
      `zero-shot AUROC, ${label} (${positives(cases, label)} positive)`,
      source,
      knownCases(cases, label),
      (sample) => labelAuroc(sample, label),
      context,
    ),
  );
  return enough.length > 1 ? [...meanScore, ...each] : each;
}

function positives(cases: readonly Scored[], label: string): number {
  return cases.filter(({ item }) => item.findings[label] === 1).length;
}

function knownCases(cases: readonly Scored[], label: string): Scored[] {
  return cases.filter(({ item }) => item.findings[label] !== undefined);
}

function labelAuroc(cases: readonly Scored[], label: string): number | null {
  const known = knownCases(cases, label);
  return auroc(
    known.map(({ scores }) => scores[label]),
    known.map(({ item }) => item.findings[label]),
  );
}
