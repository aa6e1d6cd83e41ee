import { createHash } from 'node:crypto';
import { createRandom, InvalidInputError } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { type FindingStates, formatFindings } from '../prompt/index.js';

/** A picture that may stand as reference for others with its labels. */
export interface ReferenceRow {
  /** Names it in results; unique in a table. */
  readonly id: string;
  readonly findings: FindingStates;
  /** Reads the picture; called when it is first needed. */
  readonly read: () => Promise<GrayImage>;
}

/** How a table looks up its rows. */
export interface ReferenceTableOptions {
  /**
   * `exact` takes rows with the very same labels, as CXR-IRGen does; `positives` those with the same positive findings,
   * whatever else is denied, uncertain or unmentioned: vectors of many labels seldom meet whole.
   * @defaultValue 'exact'
   */
  readonly match?: 'exact' | 'positives' | undefined;
}

/** Pictures by their labels. */
export interface ReferenceTable {
  readonly size: number;
  /** Of the ids, the labels and how they are matched: tells tables apart. */
  readonly sha256: string;
  /** @returns The first row that matches: the rule of CXR-IRGen, by which all images of a label share one reference. */
  first(findings: FindingStates): ReferenceRow | undefined;
  /**
   * @param seed - Decides which.
   * @param exclude - Id of the row that must not be its own reference.
   * @returns Any row that matches.
   */
  random(findings: FindingStates, seed: number, exclude?: string): ReferenceRow | undefined;
}

/** Names the stream of random numbers that references are drawn with. */
const REFERENCE_STREAM = 0x4ef;

/**
 * Makes a table of reference pictures.
 *
 * @throws {@link InvalidInputError} for an id that comes twice.
 */
export function referenceTable(
  rows: readonly ReferenceRow[],
  { match = 'exact' }: ReferenceTableOptions = {},
): ReferenceTable {
  const ids = new Set<string>();
  const hash = createHash('sha256');
  if (match !== 'exact') hash.update(`${match}\n`);
  const keyOf = match === 'exact' ? formatFindings : positivesOf;
  const byLabels = new Map<string, ReferenceRow[]>();
  for (const row of rows) {
    if (ids.has(row.id))
      throw new InvalidInputError('references', 'an id of its own for each row', row.id);
    ids.add(row.id);
    const labels = keyOf(row.findings);
    hash.update(`${JSON.stringify([row.id, labels])}\n`);
    const group = byLabels.get(labels);
    if (group) group.push(row);
    else byLabels.set(labels, [row]);
  }
  const rowsOf = (findings: FindingStates): readonly ReferenceRow[] =>
    byLabels.get(keyOf(findings)) ?? [];
  return {
    size: rows.length,
    sha256: hash.digest('hex'),
    first: (findings) => rowsOf(findings)[0],
    random: (findings, seed, exclude) => {
      const others = rowsOf(findings).filter(({ id }) => id !== exclude);
      return others[createRandom(seed, REFERENCE_STREAM).integer(others.length)];
    },
  };
}

function positivesOf(findings: FindingStates): string {
  const positive = Object.entries(findings).filter(([, state]) => state === 'positive');
  return formatFindings(Object.fromEntries(positive));
}
