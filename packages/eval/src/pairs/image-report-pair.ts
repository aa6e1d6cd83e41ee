import type { Label } from '../clinical/label-row.js';

/** Labels by finding: 1 positive, 0 negative, -1 uncertain, `null` or absent for not spoken of. */
export type PairLabels = Readonly<Record<string, Label | undefined>>;

/** An image and a report that were made together (or belong together), seen by a classifier and a labeler. */
export interface ImageReportPair {
  /** Only checked for being given twice. */
  readonly id?: string;
  /** What the pair was asked to show: the labels of the prompt, or of the real study. */
  readonly asked: PairLabels;
  /** What a classifier sees on the image, in [0, 1] by finding. */
  readonly imageProbabilities?: Readonly<Record<string, number | undefined>>;
  /** What a classifier decided; goes before the threshold on `imageProbabilities`. */
  readonly imageLabels?: PairLabels;
  /** What a labeler reads in the report. */
  readonly reportLabels: PairLabels;
  /** The report, for the share of distinct ones. */
  readonly report?: string;
}
