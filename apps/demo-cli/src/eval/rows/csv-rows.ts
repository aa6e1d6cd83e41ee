import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidInputError } from '@cxrkit/core';
import { CsvError, parse } from 'csv-parse';
import { type DecodeOptions, decodeFile, UNDECODABLE } from './decode-file.js';
import { undecodable } from './jsonl-rows.js';
import { badRow, type RawRow } from './raw-row.js';

/** How a CSV file is read. */
export interface CsvOptions extends DecodeOptions {
  /** @defaultValue ',' */
  readonly delimiter?: string | undefined;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/**
 * Streams the rows of a CSV file (RFC 4180: quotes, line ends within them, CRLF) whose first row names the columns.
 *
 * @throws {@link InvalidInputError} if two columns have one name.
 */
export async function* csvRows(path: string, options: CsvOptions): AsyncGenerator<RawRow> {
  const broken: RawRow[] = [];
  const parser = parse({
    delimiter: options.delimiter ?? ',',
    bom: true,
    info: true,
    raw: true,
    // Otherwise one stray quote takes the rows up to the next quote with it; hasStrayQuote() finds them.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      broken.push(brokenRow(path, error));
      return undefined;
    },
  });
  // An error of the file comes out of the loop below, since it destroys the parser.
  const piped = pipeline(Readable.from(decodeFile(path, options)), parser).catch(() => undefined);
  let names: readonly string[] | undefined;
  for await (const parsed of parser as AsyncIterable<ParsedRecord>) {
    yield* broken.splice(0);
    if (names === undefined) names = columnNames(path, parsed.record);
    else yield recordRow(path, names, parsed, options);
  }
  await piped;
  yield* broken;
}

function brokenRow(path: string, error: CsvError | undefined): RawRow {
  const line = error instanceof CsvError && 'lines' in error ? ` line ${String(error.lines)}` : '';
  const place = `${path}${line}`;
  return { place, error: badRow(place, 'CSV', error?.message) };
}

function columnNames(path: string, record: readonly string[]): readonly string[] {
  const names = record.map((name) => name.trim());
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined)
    throw new InvalidInputError(`${path} line 1`, 'columns with names of their own', double);
  return names;
}

function recordRow(
  path: string,
  names: readonly string[],
  { record, raw, info }: ParsedRecord,
  options: CsvOptions,
): RawRow {
  const within = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
  const place = `${path} line ${info.lines - within}`;
  if (record.some((cell) => cell.includes(UNDECODABLE)))
    return { place, error: undecodable(place, options) };
  if (hasStrayQuote(record, raw))
    return { place, error: badRow(place, 'quotes around whole cells, doubled within', raw.trim()) };
  if (record.length !== names.length)
    return { place, error: badRow(place, `${names.length} columns`, record.length) };
  return { place, fields: Object.fromEntries(names.map((name, i) => [name, record[i]])) };
}

/** A cell keeps its opening quote if its closing one is not at its end, or if the quote is doubled. */
function hasStrayQuote(record: readonly string[], raw: string): boolean {
  return record.some((cell) => cell.startsWith('"')) && !raw.includes('"""');
}
