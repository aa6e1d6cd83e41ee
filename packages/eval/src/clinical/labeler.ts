import type { TaskOptions } from '@cxrkit/core';
import type { LabelRow } from './label-row.js';

/** Reads the 14 CheXpert findings off reports; what clinical efficacy metrics are computed from. */
export interface Labeler {
  /** Such as `rule-lexical-scope`, `chexbert`; goes into signatures, for labelers disagree. */
  readonly name: string;
  /**
   * @param reports - Texts, or the ids of a {@link precomputedLabeler} keyed by id.
   * @returns A row for each report, in their order.
   */
  label(reports: readonly string[], options?: TaskOptions): Promise<LabelRow[]>;
}
