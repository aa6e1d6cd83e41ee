import { dirname, resolve } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { readImage } from '@cxrkit/core/image';
import type { FindingState, FindingStates, Reference, SynthesisRow } from '@cxrkit/cxr-irgen';
import { findingLike, PROMPT_FINDINGS, pictureId } from '@cxrkit/cxr-irgen';
import { openRows } from '../eval/rows/open-rows.js';
import type { Fields } from '../eval/rows/raw-row.js';

const STATES: Readonly<Record<string, FindingState>> = {
  '1': 'positive',
  '0': 'negative',
  '-1': 'uncertain',
};

/** Columns that may stand beside the findings. */
const PROMPT = 'prompt';
const REFERENCE = 'reference';
const COUNT = 'count';

/**
 * Reads what shall be made from a file of labels, such as MIMIC-CXR-JPG's `mimic-cxr-2.0.0-chexpert.csv`: a column a
 * finding with 1, 0, -1 or blank; or a `prompt`. `reference` names a picture, relative to the file; `count` says how many.
 * Other columns are passed over, unless their name is a finding's with a slip of the pen.
 *
 * @throws {@link InvalidInputError} naming file and line.
 */
export async function readSynthesisRows(
  path: string,
  defaults: Pick<SynthesisRow, 'count' | 'reference' | 'truncate'>,
  signal: AbortSignal,
): Promise<SynthesisRow[]> {
  const rows: SynthesisRow[] = [];
  const references = new Map<string, Reference>();
  const columns: Columns = new Map();
  const referenceOf = async (name: string): Promise<Reference> => {
    const reference =
      references.get(name) ?? (await namedReference(resolve(dirname(path), name), name, signal));
    references.set(name, reference);
    return reference;
  };
  for await (const row of openRows([path], { signal })) {
    signal.throwIfAborted();
    if ('error' in row) throw row.error;
    const { fields, place } = row;
    const name = textOf(fields, REFERENCE);
    rows.push({
      ...defaults,
      ...subjectOf(fields, place, columns),
      ...(name !== '' && { reference: await referenceOf(name) }),
      ...(textOf(fields, COUNT) !== '' && { count: Number(fields[COUNT]) }),
    });
  }
  return rows;
}

/** A picture that was tried, so that a slip costs no time, and is read again in its turn: there may be thousands. */
async function namedReference(file: string, id: string, signal: AbortSignal): Promise<Reference> {
  const read = async () => (await readImage(file, { signal })).image;
  return { id, read, digest: pictureId(await read()) };
}

/** Names of columns and what they hold, as far as they have been seen. */
type Columns = Map<string, (typeof PROMPT_FINDINGS)[number] | undefined>;

function subjectOf(
  fields: Fields,
  place: string,
  known: Columns,
): Pick<SynthesisRow, 'findings' | 'prompt'> {
  const prompt = textOf(fields, PROMPT);
  if (prompt !== '') return { prompt };
  const columns = findingColumns(Object.keys(fields), place, known);
  if (columns.length === 0)
    throw new InvalidInputError(
      place,
      `a column "${PROMPT}" or columns among ${PROMPT_FINDINGS.join(', ')}`,
      Object.keys(fields),
    );
  const findings: FindingStates = Object.fromEntries(
    columns.flatMap(({ column, finding }) => {
      const text = textOf(fields, column);
      if (text === '') return [];
      const state = STATES[String(Number(text))];
      if (state !== undefined) return [[finding, state]];
      throw new InvalidInputError(
        `"${column}" in ${place}`,
        '1, 0, -1 or blank',
        fields[column],
        '1 is positive, 0 negative, -1 uncertain, as in MIMIC-CXR-JPG.',
      );
    }),
  );
  return { findings };
}

/** @throws {@link InvalidInputError} for a finding that is misspelt, or has two columns: its labels would be lost. */
function findingColumns(
  names: readonly string[],
  place: string,
  known: Columns,
): { readonly column: string; readonly finding: (typeof PROMPT_FINDINGS)[number] }[] {
  for (const name of names) if (!known.has(name)) known.set(name, findingOf(name, place));
  const columns = names.flatMap((column) => {
    const finding = known.get(column);
    return finding === undefined ? [] : [{ column, finding }];
  });
  const findings = columns.map(({ finding }) => finding);
  const twice = findings.find((finding, i) => findings.indexOf(finding) < i);
  if (twice === undefined) return columns;
  const both = columns.filter(({ finding }) => finding === twice).map(({ column }) => column);
  throw new InvalidInputError(`the columns of ${place}`, `one for ${twice}`, both);
}

function findingOf(column: string, place: string): (typeof PROMPT_FINDINGS)[number] | undefined {
  const like = findingLike(column);
  if (like === undefined || like.exact) return like?.finding;
  throw new InvalidInputError(
    `a column of ${place}`,
    `one of ${PROMPT_FINDINGS.join(', ')}, or a name unlike them`,
    column,
    `Did you mean "${like.finding}"?`,
  );
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return value === undefined || value === null ? '' : String(value).trim();
}
