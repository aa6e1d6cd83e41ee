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
  const meanOver = (which: string, some: readonly LabelCase[]): ModelScore[] =>
    measured(
      `${name}, mean over labels with >= ${ENOUGH} positives (${enough.join(', ')})${which}`,
      source,
      some,
      (sample) => mean(enough.flatMap((label) => labelAuroc(sample, label) ?? [])),
      context,
    );
  // Normal pictures may come another way than others and betray themselves by it: among the rest nothing is betrayed.
  const abnormal = cases.filter(({ item }) => item.findings['No Finding'] === 0);
  const means = [
    ...meanOver('', cases),
    ...(abnormal.length > 0 ? meanOver(', among pictures with a finding', abnormal) : []),
  ];
  const each = known.flatMap((label) =>
    measured(
      `${name}, ${label} (${positives(cases, label)} positive)`,
      source,
      knownCases(cases, label),
      (sample) => labelAuroc(sample, label),
      context,
    ),
  );
  return enough.length > 1 ? [...means, ...each] : each;
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
