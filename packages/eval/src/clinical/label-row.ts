import { CHEXPERT_FINDINGS, type ChexpertFinding, InvalidInputError } from '@cxrkit/core';

/** What a report says of a finding: 1 positive, 0 negative, -1 uncertain, `null` blank (not spoken of). */
export type Label = 1 | 0 | -1 | null;

/** Labels of one report, by the names of the CheXpert findings; orders differ between programs, names do not. */
export type LabelRow = Readonly<Record<ChexpertFinding, Label>>;

/** Makes a row of the 14 findings, one call each. */
export function labelRow(label: (finding: ChexpertFinding) => Label): LabelRow {
  const row = {} as Record<ChexpertFinding, Label>;
  for (const finding of CHEXPERT_FINDINGS) row[finding] = label(finding);
  return row;
}

/**
 * Reads a row from parsed JSON or CSV: findings that are absent, `null`, `''` or NaN are blank.
 *
 * @param values - Numbers or their text (`'1.0'`, `'-1.0'`), by finding; other keys are ignored.
 * @throws {@link InvalidInputError} if a value is outside {1, 0, -1, blank}.
 */
export function readLabelRow(values: Readonly<Record<string, unknown>>): LabelRow {
  return labelRow((finding) => readLabel(finding, values[finding]));
}

function readLabel(finding: ChexpertFinding, value: unknown): Label {
  if (value === undefined || value === null || value === '' || Number.isNaN(value)) return null;
  const label = typeof value === 'string' ? Number(value) : value;
  if (label === 1 || label === -1) return label;
  if (label === 0) return 0;
  throw new InvalidInputError(
    `the label of ${finding}`,
    '1, 0, -1 or blank (null, empty)',
    value,
    'Map other codes first: CheXbert writes 0 blank, 1 positive, 2 negative, 3 uncertain.',
  );
}
