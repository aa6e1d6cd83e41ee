import type { LabelRow } from '../label-row.js';

/** Labels of a reference report and of the one to be judged. */
export interface LabelPair {
  readonly reference: LabelRow;
  readonly candidate: LabelRow;
}

/** One number of a convention, read off its sums. */
export interface TableNumber {
  read(sum: Float64Array): number | null;
  /** Why `read` may give `null`. */
  readonly nullBecause?: string;
}

/** A convention of clinical efficacy: sums over reports, and the numbers read off them. */
export interface ConventionTable {
  /** What decides the numbers, for signatures. */
  readonly convention: Readonly<Record<string, string | number>>;
  /** Length of the sums; the last one counts reports. */
  readonly length: number;
  /** Adds a pair onto the sums. */
  add(sum: Float64Array, pair: LabelPair): void;
  /** By the names of the original's output, such as `precision`. */
  readonly numbers: ReadonlyMap<string, TableNumber>;
}
