import { InvalidInputError } from '@cxrkit/core';
import { type Preprocessing, type ReferenceMode, r2genVocabulary } from '@cxrkit/eval';
import { type Columns, readText } from '../rows/fields.js';
import { openRows, type RowOptions } from '../rows/open-rows.js';
import { type RowSkipper, validRows } from '../rows/raw-row.js';

/** How references are cut. */
export interface ReferenceModeSource extends RowOptions {
  /** Words that are kept of a reference. */
  readonly referenceTokens?: number | undefined;
  /** File of training reports; words that are rare in them become unknown. */
  readonly vocabulary?: string | undefined;
  /** Least count of a word that is known. */
  readonly vocabularyThreshold: number;
  readonly preprocess: Preprocessing;
  readonly columns?: Columns | undefined;
}

/**
 * Reads whether references are used whole, or cut and coded as R2Gen's own test loop does.
 *
 * @throws {@link InvalidInputError} if one of the options lacks the other, or the file has no report.
 */
export async function readReferenceMode(
  source: ReferenceModeSource,
  skipper: RowSkipper,
): Promise<ReferenceMode> {
  const { referenceTokens, vocabulary: file, vocabularyThreshold, preprocess } = source;
  if (referenceTokens === undefined && file === undefined) return 'full';
  if (referenceTokens === undefined || file === undefined)
    throw new InvalidInputError(
      '--reference-tokens and --vocabulary',
      'both, as R2Gen does both',
      referenceTokens === undefined ? '--vocabulary' : '--reference-tokens',
    );
  const reports = await trainingReports(file, source, skipper);
  const vocabulary = r2genVocabulary(reports, {
    preprocessing: preprocess,
    threshold: vocabularyThreshold,
  });
  if (vocabulary.size === 0)
    throw new InvalidInputError(
      file,
      `training reports with words that occur ${vocabularyThreshold} times`,
      'none',
      'Such as the annotation of R2Gen; --vocabulary-threshold sets the count.',
    );
  return { maxTokens: referenceTokens, vocabulary };
}

/** Reports of the split `train`, or all where rows have no split. */
async function trainingReports(
  file: string,
  { columns = {}, encoding, delimiter }: ReferenceModeSource,
  skipper: RowSkipper,
): Promise<string[]> {
  const rows = validRows(
    openRows([file], { encoding, delimiter }),
    (fields, place) =>
      fields.split === undefined || fields.split === 'train'
        ? readText(fields, 'report', place, columns)
        : undefined,
    skipper,
  );
  const reports: string[] = [];
  for await (const report of rows) if (report !== undefined) reports.push(report);
  return reports;
}
