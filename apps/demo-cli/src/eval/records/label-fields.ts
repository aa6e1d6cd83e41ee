import { CHEXPERT_FINDINGS } from '@cxrkit/core';
import type { Label } from '@cxrkit/eval';
import { badField } from '../rows/fields.js';
import type { Fields } from '../rows/raw-row.js';

const CHEXPERT: ReadonlySet<string> = new Set(CHEXPERT_FINDINGS);

/** Columns of the tables of CheXpert, MIMIC-CXR-JPG and R2Gen that name no finding. */
const OTHER_COLUMNS = new Set([
  ...['id', 'subject_id', 'study_id', 'dicom_id', 'split', 'path', 'Path', 'Sex', 'Age'],
  ...['Frontal/Lateral', 'AP/PA', 'report', 'image_path', 'labels', 'scores', 'asked'],
]);

/** Which findings a row is asked for. */
interface FindingsOptions {
  /** Only these; all that are there if absent. */
  readonly findings?: readonly string[] | undefined;
  /** What the values are called: an object of this name with an `s`, or columns `<kind>:<finding>`. */
  readonly kind?: string;
}

/**
 * Reads the labels of a row: the object `labels`, else columns `label:<finding>`, else columns named like the findings
 * (MIMIC-CXR-JPG, CheXpert).
 *
 * @throws {@link InvalidInputError} if a value is none of 1, 0, -1 and blank.
 */
export function readLabels(
  fields: Fields,
  place: string,
  { findings, kind = 'label' }: FindingsOptions = {},
): Record<string, Label> {
  const found = cellsOf(fields, kind, place);
  const names = findings ?? Object.keys(found);
  return Object.fromEntries(names.map((name) => [name, readLabel(found[name], name, place)]));
}

/**
 * Reads the scores of a row in the same way as {@link readLabels}.
 *
 * @throws {@link InvalidInputError} if there is none, one is missing or is no finite number.
 */
export function readScores(
  fields: Fields,
  place: string,
  { findings, kind = 'score' }: FindingsOptions = {},
): Record<string, number> {
  const found = cellsOf(fields, kind, place);
  const names = findings ?? Object.keys(found);
  if (names.length === 0)
    throw badField([`${kind}s`], 'a score of at least one finding', 'none', place);
  return Object.fromEntries(names.map((name) => [name, readScore(found[name], name, place)]));
}

/** @returns The values of the findings, by finding. */
function cellsOf(fields: Fields, kind: string, place: string): Fields {
  const nested = fields[`${kind}s`];
  if (typeof nested === 'object' && nested !== null && !Array.isArray(nested))
    return nested as Fields;
  if (nested !== undefined)
    throw badField([`${kind}s`], 'an object of values by finding', nested, place);
  const names = Object.keys(fields);
  const prefix = `${kind}:`;
  const marked = names.filter((name) => name.startsWith(prefix));
  if (marked.length > 0)
    return Object.fromEntries(marked.map((name) => [name.slice(prefix.length), fields[name]]));
  const chexpert = names.filter((name) => CHEXPERT.has(name));
  const isFinding = (name: string): boolean => !OTHER_COLUMNS.has(name) && !name.includes(':');
  const wide = chexpert.length > 0 ? chexpert : names.filter(isFinding);
  return Object.fromEntries(wide.map((name) => [name, fields[name]]));
}

function readLabel(value: unknown, name: string, place: string): Label {
  if (value === undefined || value === null || value === '') return null;
  const label = typeof value === 'string' ? Number(value) : value;
  if (label === 1 || label === -1) return label;
  if (label === 0) return 0;
  throw badField([name], '1, 0, -1 or blank', value, place);
}

function readScore(value: unknown, name: string, place: string): number {
  const score = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof score === 'number' && Number.isFinite(score)) return score;
  throw badField([name], 'a finite number', value, place);
}
