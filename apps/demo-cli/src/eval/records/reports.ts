import { CHEXPERT_FINDINGS, type TaskOptions } from '@cxrkit/core';
import { type Labeler, type LabelRow, readLabelRow } from '@cxrkit/eval';
import { type Columns, readId } from '../rows/fields.js';
import { openRows, type RowOptions } from '../rows/open-rows.js';
import { badRow, type RowSkipper, validRows } from '../rows/raw-row.js';
import { readLabels } from './label-fields.js';

/** Labels of one report, with its text where it is needed for the page. */
export interface Report {
  readonly id: string;
  readonly labels: LabelRow;
  readonly text: string | undefined;
}

/** How reports are read. */
export interface ReportSource extends Omit<RowOptions, 'signal'>, TaskOptions {
  readonly columns?: Columns | undefined;
  readonly labeler: Labeler;
  /** Whether texts are kept, such as for the page. */
  readonly keepsTexts: boolean;
  readonly skipper: RowSkipper;
}

/** A row that was read: its report, or labels that were given. */
interface UnlabelledReport {
  readonly id: string;
  readonly given: { readonly text: string } | { readonly labels: LabelRow };
}

/** Reads labels where a row has them, else labels its report. */
export async function* readReports(
  files: readonly string[],
  { columns = {}, labeler, keepsTexts, skipper, onProgress, ...options }: ReportSource,
): AsyncGenerator<Report> {
  const seen = new Set<string>();
  const shared = new Map<string, LabelRow>();
  const rows = validRows(
    openRows(files, options),
    (fields, place): UnlabelledReport => {
      const text = fields[columns.report?.[0] ?? 'report'];
      const given = typeof text === 'string' ? { text } : { labels: rowLabels(fields, place) };
      return { id: readId(fields, place, columns, seen), given };
    },
    skipper,
  );
  let completed = 0;
  const { signal } = options;
  for await (const { id, given } of rows) {
    const [labels] =
      'labels' in given ? [given.labels] : await labeler.label([given.text], { signal });
    const text = keepsTexts && 'text' in given ? given.text : undefined;
    yield { id, labels: interned(shared, labels), text };
    completed++;
    if (completed % 100 === 0)
      onProgress?.({ phase: 'evaluate', completed, unit: 'steps', subject: 'reports' });
  }
}

function rowLabels(fields: Readonly<Record<string, unknown>>, place: string): LabelRow {
  const isLabelled = (finding: string): boolean =>
    finding in fields || `label:${finding}` in fields;
  if (fields.labels === undefined && !CHEXPERT_FINDINGS.some(isLabelled))
    throw badRow(
      place,
      'a "report", or labels of the CheXpert findings',
      Object.keys(fields),
      'Name the column of the reports with --columns report=NAME.',
    );
  return readLabelRow(readLabels(fields, place, { findings: CHEXPERT_FINDINGS }));
}

/** Equal rows are one object: there are few different ones among a million reports. */
function interned(shared: Map<string, LabelRow>, labels: LabelRow): LabelRow {
  const key = CHEXPERT_FINDINGS.map((finding) => labels[finding] ?? '').join();
  const known = shared.get(key);
  if (known === undefined) shared.set(key, labels);
  return known ?? labels;
}
