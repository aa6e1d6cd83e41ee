import { checkScoredLabels } from './checks.js';
import { rankScores } from './ranked.js';

/** Points of a ROC curve from (0, 0) to (1, 1). */
export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
  /** Descending, `Infinity` first; a case is called positive where its score >= the threshold. */
  readonly thresholds: readonly number[];
}

export interface RocCurveOptions {
  /**
   * Leaves out points that lie on a line between their neighbours, as scikit-learn's `drop_intermediate`.
   *
   * @defaultValue false
   */
  readonly dropCollinear?: boolean;
}

/**
 * Computes the ROC curve, a point a distinct score.
 *
 * @param scores - `[N]` finite numbers, larger = more likely present.
 * @param labels - `[N]` 0 or 1.
 * @returns `null` where only one class is there.
 * @throws {@link InvalidInputError} if the lengths differ, a score is not finite or a label is not 0 or 1.
 */
export function rocCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { dropCollinear = false }: RocCurveOptions = {},
): RocCurve | null {
  const steps = rocSteps(scores, labels, dropCollinear);
  if (steps === null) return null;
  const last = steps[steps.length - 1];
  return {
    falsePositiveRate: [0, ...steps.map((step) => step.falsePositives / last.falsePositives)],
    truePositiveRate: [0, ...steps.map((step) => step.truePositives / last.truePositives)],
    thresholds: [Number.POSITIVE_INFINITY, ...steps.map((step) => step.threshold)],
  };
}

/** Points of a precision-recall curve, by ascending threshold; the last, (recall 0, precision 1), has none. */
export interface PrecisionRecallCurve {
  /** `[T + 1]` */
  readonly precision: readonly number[];
  /** `[T + 1]` descending to 0. */
  readonly recall: readonly number[];
  /** `[T]` the distinct scores, ascending. */
  readonly thresholds: readonly number[];
}

/**
 * Computes the precision-recall curve, a point a distinct score.
 *
 * @returns `null` without positives: recall has no value then.
 * @throws {@link InvalidInputError} as {@link rocCurve}.
 */
export function precisionRecallCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): PrecisionRecallCurve | null {
  checkScoredLabels(scores, labels);
  const steps = thresholdSteps(scores, labels).reverse();
  if (steps.length === 0 || steps[0].truePositives === 0) return null;
  const positives = steps[0].truePositives;
  const precision = steps.map(({ truePositives: tp, falsePositives: fp }) => tp / (tp + fp));
  return {
    precision: [...precision, 1],
    recall: [...steps.map(({ truePositives }) => truePositives / positives), 0],
    thresholds: steps.map(({ threshold }) => threshold),
  };
}

/** What is called positive at a threshold. */
export interface ThresholdStep {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** Counts the points of {@link rocCurve} but the first; `null` where only one class is there. */
export function rocSteps(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  dropCollinear: boolean,
): readonly ThresholdStep[] | null {
  checkScoredLabels(scores, labels);
  const steps = thresholdSteps(scores, labels);
  const last = steps.at(-1);
  if (last === undefined || last.truePositives === 0 || last.falsePositives === 0) return null;
  return dropCollinear ? steps.filter((_, i) => isCorner(steps, i)) : steps;
}

/** Counts at each distinct score, descending. */
function thresholdSteps(scores: ArrayLike<number>, labels: ArrayLike<number>): ThresholdStep[] {
  const { label, score, tieEnd } = rankScores(scores, labels);
  const steps: ThresholdStep[] = [];
  let truePositives = 0;
  for (let i = 0; i < label.length; i++) {
    truePositives += label[i];
    if (tieEnd[i] === 1)
      steps.push({ threshold: score[i], truePositives, falsePositives: i + 1 - truePositives });
  }
  return steps;
}

/** Tells whether the slope or the length of the steps changes here, as scikit-learn tests it (second differences). */
function isCorner(steps: readonly ThresholdStep[], i: number): boolean {
  if (i === 0 || i === steps.length - 1) return true;
  const bend = (of: (step: ThresholdStep) => number): number =>
    of(steps[i - 1]) - 2 * of(steps[i]) + of(steps[i + 1]);
  return bend((step) => step.truePositives) !== 0 || bend((step) => step.falsePositives) !== 0;
}
