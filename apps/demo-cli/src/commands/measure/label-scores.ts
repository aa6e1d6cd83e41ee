import type { ModelScore } from '@cxrkit/core/model';
import { auroc } from '@cxrkit/eval';
import type { TrainingImage } from '../../datasets/training-image.js';
import { bySource } from './measurement.js';
import { mean, measured, type ScoreContext } from './score.js';

/** A picture and how strongly each label was seen in it. */
export interface LabelCase {
  readonly item: TrainingImage;
  readonly scores: Readonly<Record<string, number>>;
}

/** Positives from which a label counts in the mean. */
const ENOUGH = 15;

/**
 * AUROC of each label, per data set, and the mean over labels with enough positives.
 *
 * @param name - What is scored, such as `zero-shot AUROC`.
 */
export function labelScores(
  name: string,
  cases: readonly LabelCase[],
  labels: readonly string[],
  context: ScoreContext,
): ModelScore[] {
  return [...bySource(cases.map(({ item }) => item)).keys()].flatMap((source) =>
    setScores(
      name,
      source,
      cases.filter(({ item }) => item.source === source),
      labels,
      context,
    ),
  );
}

function setScores(
  name: string,
  source: string,
  cases: readonly LabelCase[],
  labels: readonly string[],
  context: ScoreContext,
): ModelScore[] {
  const known = labels.filter((label) => labelAuroc(cases, label) !== null);
  const enough = known.filter(
    (label) => label !== 'No Finding' && positives(cases, label) >= ENOUGH,
  );
  const meanScore = measured(
    `${name}, mean over labels with >= ${ENOUGH} positives (${enough.join(', ')})`,
    source,
    cases,
    (sample) => mean(enough.flatMap((label) => labelAuroc(sample, label) ?? [])),
    context,
  );
  const each = known.flatMap((label) =>
    measured(
      `${name}, ${label} (${positives(cases, label)} positive)`,
      source,
      knownCases(cases, label),
      (sample) => labelAuroc(sample, label),
      context,
    ),
  );
  return enough.length > 1 ? [...meanScore, ...each] : each;
}

function positives(cases: readonly LabelCase[], label: string): number {
  return cases.filter(({ item }) => item.findings[label] === 1).length;
}

function knownCases(cases: readonly LabelCase[], label: string): LabelCase[] {
  return cases.filter(({ item }) => item.findings[label] !== undefined);
}

function labelAuroc(cases: readonly LabelCase[], label: string): number | null {
  const known = knownCases(cases, label);
  return auroc(
    known.map(({ scores }) => scores[label]),
    known.map(({ item }) => item.findings[label]),
  );
}
