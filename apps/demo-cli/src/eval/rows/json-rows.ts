import { InvalidInputError } from '@cxrkit/core';
import { type DecodeOptions, decodeFile } from './decode-file.js';
import { rowOf } from './jsonl-rows.js';
import type { RawRow } from './raw-row.js';

/**
 * Reads the rows of one JSON document: an array, or the annotation of R2Gen (`{ train: [{ id, report, image_path }],
 * val, test }`), whose rows get their `split`.
 *
 * @throws {@link InvalidInputError} if it is neither.
 */
export async function* jsonRows(path: string, options: DecodeOptions): AsyncGenerator<RawRow> {
  const document = await readJson(path, options);
  if (Array.isArray(document)) {
    for (const [i, value] of document.entries()) yield rowOf(value, `${path} row ${i + 1}`);
    return;
  }
  const splits = Object.entries(Object(document)).filter(([, rows]) => Array.isArray(rows));
  if (splits.length === 0)
    throw new InvalidInputError(
      path,
      'an array of rows or R2Gen annotation ({"train": [...], "val": [...], "test": [...]})',
      document,
    );
  for (const [split, rows] of splits as [string, unknown[]][])
    for (const [i, value] of rows.entries()) {
      const row = rowOf(value, `${path} ${split} row ${i + 1}`);
      yield 'error' in row ? row : { ...row, fields: { split, ...row.fields } };
    }
}

/**
 * Reads a JSON document.
 *
 * @throws {@link InvalidInputError} if the file cannot be read or is no JSON.
 */
export async function readJson(path: string, options: DecodeOptions = {}): Promise<unknown> {
  const chunks: string[] = [];
  for await (const text of decodeFile(path, options)) chunks.push(text);
  try {
    return JSON.parse(chunks.join(''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidInputError(path, 'a JSON document', why);
  }
}
