import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import { type Label, type LabelPolicy, resolveLabel, type ScoredRow } from '@cxrkit/eval';
import { badField, type Columns, readId } from '../rows/fields.js';
import { openRows, type RowOptions } from '../rows/open-rows.js';
import { badRow, type Fields, type RowSkipper, validRows } from '../rows/raw-row.js';
import { readLabels, readScores } from './label-fields.js';

/** Where labels and scores come from. */
export interface ScoreSource extends Omit<RowOptions, 'signal'>, TaskOptions {
  /** Rows with `id`, scores and, unless they come from another file, labels. */
  readonly files: readonly string[];
  /** Another file with the labels of the same ids, such as that of MIMIC-CXR-JPG. */
  readonly labels?: string | undefined;
  readonly columns?: Columns | undefined;
  /** @defaultValue those that the first row scores */
  readonly findings?: readonly string[] | undefined;
}

/** Labels and scores of one finding, a row each. */
export interface FindingColumn {
  readonly finding: string;
  readonly scores: readonly number[];
  readonly labels: readonly Label[];
}

/** All rows as columns of numbers, which take little memory. */
export interface ScoreColumns {
  readonly ids: readonly string[];
  readonly columns: readonly FindingColumn[];
}

/** The rows of one finding whose label is 0 or 1 by a policy. */
export interface KnownScores {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  /** Row of each. */
  readonly rows: Uint32Array;
}

/**
 * Reads labels and scores; every row must score the findings that the first one does.
 *
 * @throws {@link InvalidInputError} for the first row that cannot be used, unless they may be skipped.
 */
export async function readScoreColumns(
  source: ScoreSource,
  skipper: RowSkipper,
): Promise<ScoreColumns> {
  const { files, columns = {}, onProgress, ...options } = source;
  const others = await readOtherLabels(source, skipper);
  let findings = source.findings;
  const seen = new Set<string>();
  const rows = validRows(
    openRows(files, others === undefined ? options : { ...options, split: undefined }),
    (fields, place): ScoredRow => {
      const scores = readScores(fields, place, { findings });
      const own = others === undefined ? readOwnLabels(fields, place, findings) : undefined;
      const id = readId(fields, place, columns, seen);
      const labels = own ?? others?.get(id);
      if (labels === undefined) throw badField(['id'], 'an id that has labels', id, place);
      findings ??= Object.keys(scores);
      return { id, labels, scores };
    },
    skipper,
  );
  const ids: string[] = [];
  let table: { finding: string; scores: number[]; labels: Label[] }[] | undefined;
  for await (const { id, labels, scores } of rows) {
    table ??= Object.keys(scores).map((finding) => ({ finding, scores: [], labels: [] }));
    for (const column of table) {
      column.scores.push(scores[column.finding]);
      column.labels.push((labels[column.finding] as Label | undefined) ?? null);
    }
    const completed = ids.push(id);
    if (completed % 10_000 === 0)
      onProgress?.({ phase: 'prepare', completed, unit: 'steps', subject: 'rows' });
  }
  for (const id of others?.keys() ?? [])
    if (!seen.has(id))
      skipper.skip(badRow(`${JSON.stringify(id)} of ${source.labels}`, 'scores', 'none'));
  if (table === undefined)
    throw new InvalidInputError(files.join(', '), 'at least one row with scores', 'none');
  return { ids, columns: table };
}

/** Gives the rows back, one after another. */
export function* scoredRows({ ids, columns }: ScoreColumns): Generator<ScoredRow> {
  for (const [i, id] of ids.entries())
    yield {
      id,
      labels: Object.fromEntries(columns.map(({ finding, labels }) => [finding, labels[i]])),
      scores: Object.fromEntries(columns.map(({ finding, scores }) => [finding, scores[i]])),
    };
}

/** @returns The rows of a finding whose label a policy reads as 0 or 1. */
export function knownScores({ scores, labels }: FindingColumn, policy: LabelPolicy): KnownScores {
  const resolved = labels.map((label) => resolveLabel(label, policy));
  const rows = Uint32Array.from(resolved.flatMap((label, row) => (label === null ? [] : row)));
  return {
    rows,
    scores: Float64Array.from(rows, (row) => scores[row]),
    labels: Uint8Array.from(rows, (row) => resolved[row] ?? 0),
  };
}

/** Columns named like the findings alone may be labels or scores, not both. */
function readOwnLabels(
  fields: Fields,
  place: string,
  findings: readonly string[] | undefined,
): Record<string, Label> {
  if (!Object.keys(fields).some((name) => /^(label|score)(s$|:)/.test(name)))
    throw badRow(
      place,
      'labels and scores',
      'columns of which both may be',
      'Name columns label:<finding> and score:<finding>, or give the labels as --labels FILE.',
    );
  return readLabels(fields, place, { findings });
}

async function readOtherLabels(
  { labels: file, columns = {}, findings, ...options }: ScoreSource,
  skipper: RowSkipper,
): Promise<ReadonlyMap<string, Readonly<Record<string, Label>>> | undefined> {
  if (file === undefined) return undefined;
  const seen = new Set<string>();
  const rows = validRows(
    openRows([file], { ...options, format: undefined }),
    (fields, place) => {
      const labels = readLabels(fields, place, { findings });
      return [readId(fields, place, columns, seen), labels] as const;
    },
    skipper,
  );
  const byId = new Map<string, Readonly<Record<string, Label>>>();
  for await (const [id, labels] of rows) byId.set(id, labels);
  return byId;
}
