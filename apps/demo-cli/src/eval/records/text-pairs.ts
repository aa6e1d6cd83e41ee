import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import type { TextPair } from '@cxrkit/eval';
import { badField, type Columns, readId, readReferences, readText } from '../rows/fields.js';
import { openRows, type RowOptions } from '../rows/open-rows.js';
import { badRow, createSkipper, type RowSkipper, validRows } from '../rows/raw-row.js';

/** Where pairs of texts come from. */
export interface TextSource extends Omit<RowOptions, 'signal'>, TaskOptions {
  /** Rows with `id`, `candidate` and, unless they come from another file, `references`. */
  readonly files: readonly string[];
  /** Another file with the references of the same ids: `references`, `reference` or R2Gen's `report`. */
  readonly references?: string | undefined;
  readonly columns?: Columns | undefined;
  readonly skipInvalid: boolean;
}

/** Pairs of texts that are read anew at each pass, so that memory holds their ids and no texts. */
export interface TextPairs {
  /** @param skipper - Counts what cannot be used; a second pass needs none. */
  read(skipper?: RowSkipper): AsyncGenerator<TextPair>;
}

/**
 * Opens pairs of texts; references of another file are kept in memory.
 *
 * @throws {@link InvalidInputError} for the first row that cannot be used, unless they may be skipped.
 */
export async function openTextPairs(source: TextSource, skipper: RowSkipper): Promise<TextPairs> {
  const references = await readOtherReferences(source, skipper);
  return {
    read: (counting = createSkipper(source.skipInvalid)) => readPairs(source, references, counting),
  };
}

async function* readPairs(
  source: TextSource,
  references: ReadonlyMap<string, string[]> | undefined,
  skipper: RowSkipper,
): AsyncGenerator<TextPair> {
  const { files, columns = {}, onProgress, ...options } = source;
  const seen = new Set<string>();
  const rows = openRows(
    files,
    references === undefined ? options : { ...options, split: undefined },
  );
  const pairs = validRows(
    rows,
    (fields, place): TextPair => {
      const candidate = readText(fields, 'candidate', place, columns);
      const own = references === undefined ? readReferences(fields, place, columns) : undefined;
      const id = readId(fields, place, columns, seen);
      const found = own ?? references?.get(id);
      if (found === undefined) throw badField(['id'], 'an id that has references', id, place);
      return { id, candidate, references: found };
    },
    skipper,
  );
  let completed = 0;
  for await (const pair of pairs) {
    yield pair;
    completed++;
    if (completed % 1000 === 0)
      onProgress?.({ phase: 'evaluate', completed, unit: 'steps', subject: 'texts' });
  }
  if (completed === 0)
    throw new InvalidInputError(files.join(', '), 'at least one pair of texts', 'none');
  for (const id of references?.keys() ?? [])
    if (!seen.has(id))
      skipper.skip(
        badRow(`references ${JSON.stringify(id)} of ${source.references}`, 'a candidate', 'none'),
      );
}

async function readOtherReferences(
  { references: file, columns = {}, ...options }: TextSource,
  skipper: RowSkipper,
): Promise<ReadonlyMap<string, string[]> | undefined> {
  if (file === undefined) return undefined;
  const seen = new Set<string>();
  const names = ['references', 'reference', 'report'];
  const rows = validRows(
    openRows([file], { ...options, format: undefined }),
    (fields, place) => {
      const texts = readReferences(fields, place, columns, names);
      return [readId(fields, place, columns, seen), texts] as const;
    },
    skipper,
  );
  const references = new Map<string, string[]>();
  for await (const [id, texts] of rows) references.set(id, texts);
  return references;
}
