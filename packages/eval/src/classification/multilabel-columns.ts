import { InvalidInputError } from '@cxrkit/core';
import { type LabelPolicy, resolveLabel } from './label-policy.js';

/** One case: what is known of its labels and how a system scored them. */
export interface ScoredRow {
  readonly id: string;
  /** 1 positive, 0 negative, -1 uncertain, `null` or absent missing. */
  readonly labels: Readonly<Record<string, number | null | undefined>>;
  /** Larger = more likely present. */
  readonly scores: Readonly<Record<string, number>>;
}

/** The cases of one label that its policy lets count. */
export interface LabelColumn {
  readonly label: string;
  readonly scores: readonly number[];
  /** 0 or 1. */
  readonly known: readonly number[];
  /** Row of each. */
  readonly items: readonly number[];
}

/**
 * Sorts rows into columns.
 *
 * @param labels - Which labels; all that rows name, in order of appearance, if absent.
 * @throws {@link InvalidInputError} for an id that is missing or repeated, a label outside the set, or a score that is
 * missing or not finite where its label counts.
 */
export function readColumns(
  rows: Iterable<ScoredRow>,
  policy: LabelPolicy,
  labels?: readonly string[],
): { readonly n: number; readonly columns: readonly LabelColumn[] } {
  const kept = labels === undefined ? [...rows] : rows;
  const names = labels ?? namesOf(kept);
  const columns = names.map((label) => ({
    label,
    scores: [] as number[],
    known: [] as number[],
    items: [] as number[],
  }));
  const ids = new Set<string>();
  let n = 0;
  for (const row of kept) {
    checkId(row.id, n, ids);
    for (const column of columns) {
      const { label } = column;
      const known = resolveLabel(row.labels[label], policy, `rows[${n}].labels.${label}`);
      if (known === null) continue;
      column.known.push(known);
      column.scores.push(scoreOf(row, n, label));
      column.items.push(n);
    }
    n++;
  }
  return { n, columns };
}

function namesOf(rows: Iterable<ScoredRow>): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const label of Object.keys(row.labels)) names.add(label);
  return [...names];
}

function checkId(id: string, at: number, ids: Set<string>): void {
  if (typeof id !== 'string' || id === '')
    throw new InvalidInputError(`rows[${at}].id`, 'a text that is not empty', id);
  if (ids.has(id))
    throw new InvalidInputError(`rows[${at}].id`, 'an id of its own', id, 'Give each case once.');
  ids.add(id);
}

function scoreOf(row: ScoredRow, at: number, label: string): number {
  const score = row.scores[label];
  if (!Number.isFinite(score))
    throw new InvalidInputError(
      `rows[${at}].scores.${label}`,
      'a finite number',
      score,
      `Score every label of ${row.id} that counts, or name the labels to evaluate.`,
    );
  return score;
}
