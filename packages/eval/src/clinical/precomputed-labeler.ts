import { InvalidInputError } from '@cxrkit/core';
import { readLabelRow } from './label-row.js';
import type { Labeler } from './labeler.js';

/** A row as CSV or JSON readers give it: by finding `1`, `'0.0'`, `-1`, `''`; other columns are ignored. */
export type LabelValues = Readonly<Record<string, unknown>>;

/**
 * Makes a labeler of labels computed elsewhere (CheXbert, the CheXpert labeler, radiologists).
 *
 * @param rows - By id: `label` is then given ids instead of texts. In order: `label` is given the reports of the rows, in
 * their order.
 * @param name - What computed them, for signatures.
 * @throws {@link InvalidInputError} if a label is outside {1, 0, -1, blank}; from `label` if an id is unknown or the
 * count differs.
 */
export function precomputedLabeler(
  rows: ReadonlyMap<string, LabelValues> | readonly LabelValues[],
  name = 'precomputed',
): Labeler {
  if (!isInOrder(rows)) {
    const byId = new Map([...rows].map(([id, values]) => [id, readLabelRow(values)]));
    return {
      name,
      label: async (ids) => ids.map((id) => byId.get(id) ?? unknownId(id, byId.size)),
    };
  }
  const inOrder = rows.map(readLabelRow);
  return {
    name,
    async label(reports) {
      if (reports.length === inOrder.length) return [...inOrder];
      throw new InvalidInputError(
        'reports',
        `${inOrder.length} reports, those of the rows`,
        reports.length,
        'Give the rows as a Map by id to label some of them.',
      );
    },
  };
}

function unknownId(id: string, count: number): never {
  throw new InvalidInputError('id', `one of the ${count} ids with labels`, id);
}

function isInOrder(
  rows: ReadonlyMap<string, LabelValues> | readonly LabelValues[],
): rows is readonly LabelValues[] {
  return Array.isArray(rows);
}
