import { PROMPT_FINDINGS } from '../prompt/index.js';
import { imageNumber } from './image-format.js';
import type { ManifestEntry } from './manifest-entry.js';

/** First id of the invented patients and studies; MIMIC-CXR's end below 60 million. */
const FIRST_ID = 99_000_000;

/**
 * Writes tables with the names of columns and the codes of MIMIC-CXR-JPG 2.0.0 (`mimic-cxr-2.0.0-chexpert.csv`,
 * `-metadata.csv`, `-split.csv`), and `training.jsonl`, which `cxr train --data` takes. Each image is a patient of its
 * own; the view is left blank, as nothing was asked of it.
 *
 * @param side - Of the images in pixels.
 * @returns Text by file name.
 */
export function datasetTables(
  entries: readonly ManifestEntry[],
  { side, split }: { readonly side: number; readonly split: 'train' | 'val' | 'test' },
): Record<string, string> {
  const rows = entries.map((entry) => {
    const name = imageNumber(entry.image);
    const id = FIRST_ID + Number(name);
    return { ...{ entry, name }, subject: id, study: id };
  });
  const mimicSplit = split === 'val' ? 'validate' : split;
  return {
    'chexpert.csv': csv(
      ['subject_id', 'study_id', ...PROMPT_FINDINGS],
      rows.map(({ entry, subject, study }) => [
        ...[subject, study],
        ...PROMPT_FINDINGS.map((finding) => entry.findings?.[finding]?.toFixed(1) ?? ''),
      ]),
    ),
    'metadata.csv': csv(
      ['dicom_id', 'subject_id', 'study_id', 'ViewPosition', 'Rows', 'Columns'],
      rows.map(({ name, subject, study }) => [name, subject, study, '', side, side]),
    ),
    'split.csv': csv(
      ['dicom_id', 'study_id', 'subject_id', 'split'],
      rows.map(({ name, subject, study }) => [name, study, subject, mimicSplit]),
    ),
    'training.jsonl': rows
      .map(({ entry, name }) => {
        const known = Object.entries(entry.findings ?? {}).filter(([, code]) => code !== -1);
        const findings = Object.fromEntries(known);
        const patient = `synthetic-${name}`;
        const line = {
          ...{ image: entry.image, split, patient, source: 'synthetic', findings },
          ...(entry.report && { report: entry.report }),
        };
        return `${JSON.stringify(line)}\n`;
      })
      .join(''),
  };
}

/** Cells hold no comma, quote or line end. */
function csv(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, ...rows].map((cells) => `${cells.join(',')}\n`).join('');
}
