import { InvalidInputError } from '@cxrkit/core';
import { type CsvOptions, csvRows } from './csv-rows.js';
import { decodeFile } from './decode-file.js';
import { jsonRows } from './json-rows.js';
import { jsonlRows } from './jsonl-rows.js';
import { badRow, type RawRow } from './raw-row.js';
import type { RowFormat } from './row-format.js';

/** How rows are read from files. */
export interface RowOptions extends CsvOptions {
  /** @defaultValue by the extension of the file, else by its first character */
  readonly format?: RowFormat | undefined;
  /** Whether a file without rows is no error, such as of a detector that finds nothing. @defaultValue false */
  readonly mayBeEmpty?: boolean;
  /** Rows of other splits are left out. */
  readonly split?: string | undefined;
}

/**
 * Streams the rows of files, one after another: JSON lines, CSV, TSV or one JSON document; any of them may be gzip.
 *
 * @throws {@link InvalidInputError} if a file cannot be read or holds no row.
 */
export async function* openRows(
  paths: readonly string[],
  options: RowOptions,
): AsyncGenerator<RawRow> {
  for (const path of paths) {
    let isEmpty = true;
    const format = options.format ?? (await formatOf(path, options));
    for await (const row of readRows(path, format, options)) {
      isEmpty = false;
      if (options.split === undefined) yield row;
      else yield* ofSplit(row, options.split);
    }
    if (isEmpty && options.mayBeEmpty !== true)
      throw new InvalidInputError(path, 'at least one row', 'none');
  }
}

function* ofSplit(row: RawRow, split: string): Generator<RawRow> {
  const { place } = row;
  if ('error' in row || row.fields.split === split) yield row;
  else if (row.fields.split === undefined)
    yield { place, error: badRow(place, 'a "split", as --split asks for one', row.fields) };
}

function readRows(path: string, format: RowFormat, options: RowOptions): AsyncGenerator<RawRow> {
  if (format === 'jsonl') return jsonlRows(path, options);
  if (format === 'json') return jsonRows(path, options);
  const delimiter = options.delimiter ?? (format === 'tsv' ? '\t' : ',');
  return csvRows(path, { ...options, delimiter });
}

async function formatOf(path: string, options: RowOptions): Promise<RowFormat> {
  const [, extension] = /\.(jsonl|ndjson|csv|tsv|json)(?:\.gz)?$/i.exec(path) ?? [];
  if (extension !== undefined) {
    const word = extension.toLowerCase();
    return word === 'ndjson' ? 'jsonl' : (word as RowFormat);
  }
  for await (const text of decodeFile(path, options)) {
    const [first = ''] = text.trimStart();
    if (first !== '') return first === '{' ? 'jsonl' : first === '[' ? 'json' : 'csv';
  }
  return 'jsonl';
}
