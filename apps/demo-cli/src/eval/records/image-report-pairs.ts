import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import { type ImageReportPair, labelReport } from '@cxrkit/eval';
import { badField, type Columns, readId } from '../rows/fields.js';
import { openRows, type RowOptions } from '../rows/open-rows.js';
import { type Fields, type RowSkipper, validRows } from '../rows/raw-row.js';
import { readLabels, readScores } from './label-fields.js';

/** Where pairs come from. */
export interface PairSource extends Omit<RowOptions, 'signal'>, TaskOptions {
  readonly columns?: Columns | undefined;
  /** Only these are asked; all that are there if absent. */
  readonly findings?: readonly string[] | undefined;
}

/**
 * Reads pairs: what was asked, what a classifier sees on the image (`scores` in [0, 1], or `imageLabels`), and the
 * `report`, which our rules label, or `reportLabels`.
 *
 * @throws {@link InvalidInputError} for the first row that cannot be used, unless they may be skipped.
 */
export async function readImageReportPairs(
  files: readonly string[],
  { columns = {}, findings, ...options }: PairSource,
  skipper: RowSkipper,
): Promise<ImageReportPair[]> {
  const seen = new Set<string>();
  const rows = validRows(
    openRows(files, options),
    (fields, place): ImageReportPair => {
      const asked = readLabels(nestedAsked(fields, place), place, { findings, kind: 'asked' });
      const report = fields[columns.report?.[0] ?? 'report'];
      const hasLabels = fields.reportLabels !== undefined;
      if (typeof report !== 'string' && !hasLabels)
        throw badField(['report', 'reportLabels'], 'a text, or labels', report, place);
      const reportLabels = hasLabels
        ? readLabels({ labels: fields.reportLabels }, place)
        : labelReport(String(report));
      const imageProbabilities = readProbabilities(fields, place);
      const imageLabels =
        fields.imageLabels === undefined
          ? undefined
          : readLabels({ labels: fields.imageLabels }, place);
      if (imageProbabilities === undefined && imageLabels === undefined)
        throw badField(
          ['scores', 'imageLabels'],
          'what a classifier sees on the image',
          'none',
          place,
        );
      return {
        id: readId(fields, place, columns, seen),
        ...{ asked, reportLabels },
        ...(imageProbabilities && { imageProbabilities }),
        ...(imageLabels && { imageLabels }),
        ...(typeof report === 'string' && { report }),
      };
    },
    skipper,
  );
  const pairs: ImageReportPair[] = [];
  for await (const pair of rows) pairs.push(pair);
  if (pairs.length === 0)
    throw new InvalidInputError(files.join(', '), 'at least one pair', 'none');
  return pairs;
}

/** The object `asked`, or columns `asked:<finding>`. */
function nestedAsked(fields: Fields, place: string): Fields {
  const { asked, ...rest } = fields;
  if (asked !== undefined) return { askeds: asked };
  const marked = Object.entries(rest).filter(([name]) => name.startsWith('asked:'));
  if (marked.length === 0) throw badField(['asked'], 'labels by finding', asked, place);
  return Object.fromEntries(marked);
}

function readProbabilities(fields: Fields, place: string): Record<string, number> | undefined {
  const isThere = Object.keys(fields).some(
    (name) => name === 'scores' || name.startsWith('score:'),
  );
  if (!isThere) return undefined;
  const scores = readScores(fields, place);
  for (const [finding, score] of Object.entries(scores))
    if (score < 0 || score > 1) throw badField([finding], 'a probability in [0, 1]', score, place);
  return scores;
}
