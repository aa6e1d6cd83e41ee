import type { Label } from '../label-row.js';

/**
 * Joins the labels of all mentions of a finding into the label of the report, as the CheXpert labeler's code does:
 * negative and uncertain together are uncertain, also beside a positive; otherwise positive wins.
 */
export function aggregateLabels(mentions: readonly Label[]): Label {
  const [positive, negative, uncertain] = [1, 0, -1].map((label) =>
    mentions.includes(label as Label),
  );
  if (uncertain && (negative || !positive)) return -1;
  if (positive) return 1;
  return negative ? 0 : null;
}
