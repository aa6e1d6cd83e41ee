/** Counts of a binary decision; counts of several labels may be added (micro average). */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** Counts of a binary decision with the true negatives, as rates such as specificity need. */
export interface BinaryConfusion extends Confusion {
  readonly trueNegatives: number;
}

/** Adds up counts; the true negatives too where all parts have them. */
export function mergeConfusions(parts: readonly BinaryConfusion[]): BinaryConfusion;
export function mergeConfusions(parts: readonly Confusion[]): Confusion;
export function mergeConfusions(
  parts: readonly (Confusion & Partial<BinaryConfusion>)[],
): Confusion & Partial<BinaryConfusion> {
  const sum = (pick: (part: Confusion & Partial<BinaryConfusion>) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  const merged = {
    truePositives: sum((part) => part.truePositives),
    falsePositives: sum((part) => part.falsePositives),
    falseNegatives: sum((part) => part.falseNegatives),
  };
  return parts.every((part) => part.trueNegatives !== undefined)
    ? { ...merged, trueNegatives: sum((part) => part.trueNegatives ?? 0) }
    : merged;
}

/** Precision, recall and F1 in [0, 1]; `null` where the denominator is 0. */
export interface PrecisionRecall {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** Derives precision, recall and their harmonic mean from counts. */
export function precisionRecall({
  truePositives: tp,
  falsePositives: fp,
  falseNegatives: fn,
}: Confusion): PrecisionRecall {
  const ratio = (a: number, b: number): number | null => (b > 0 ? a / b : null);
  return {
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
  };
}
