import { dirname, resolve } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { readImage } from '@cxrkit/core/image';
import type { FindingState, FindingStates, Reference, SynthesisRow } from '@cxrkit/cxr-irgen';
import { PROMPT_FINDINGS } from '@cxrkit/cxr-irgen';
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
 * Other columns are passed over.
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
  const referenceOf = async (name: string): Promise<Reference> => {
    const file = resolve(dirname(path), name);
    const reference = references.get(file) ?? {
      image: (await readImage(file, { signal })).image,
      id: name,
    };
    references.set(file, reference);
    return reference;
  };
  for await (const row of openRows([path], { signal })) {
    signal.throwIfAborted();
    if ('error' in row) throw row.error;
    const { fields, place } = row;
    const name = textOf(fields, REFERENCE);
    rows.push({
      ...defaults,
      ...subjectOf(fields, place),
      ...(name !== '' && { reference: await referenceOf(name) }),
      ...(textOf(fields, COUNT) !== '' && { count: Number(fields[COUNT]) }),
    });
  }
  return rows;
}

function subjectOf(fields: Fields, place: string): Pick<SynthesisRow, 'findings' | 'prompt'> {
  const prompt = textOf(fields, PROMPT);
  if (prompt !== '') return { prompt };
  const columns = PROMPT_FINDINGS.filter((finding) => finding in fields);
  if (columns.length === 0)
    throw new InvalidInputError(
      place,
      `a column "${PROMPT}" or columns among ${PROMPT_FINDINGS.join(', ')}`,
      Object.keys(fields),
    );
  const findings: FindingStates = Object.fromEntries(
    columns.flatMap((finding) => {
      const text = textOf(fields, finding);
      if (text === '') return [];
      const state = STATES[String(Number(text))];
      if (state !== undefined) return [[finding, state]];
      throw new InvalidInputError(
        `"${finding}" in ${place}`,
        '1, 0, -1 or blank',
        fields[finding],
        '1 is positive, 0 negative, -1 uncertain, as in MIMIC-CXR-JPG.',
      );
    }),
  );
  return { findings };
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return value === undefined || value === null ? '' : String(value).trim();
}
