import { type DecodeOptions, textLines, UNDECODABLE } from './decode-file.js';
import { badRow, type RawRow } from './raw-row.js';

/** Streams the objects of a file that holds one JSON object a line. */
export async function* jsonlRows(path: string, options: DecodeOptions): AsyncGenerator<RawRow> {
  let number = 0;
  for await (const line of textLines(path, options)) {
    number++;
    if (line.trim() !== '') yield parseRow(line, `${path} line ${number}`, options);
  }
}

function parseRow(line: string, place: string, options: DecodeOptions): RawRow {
  if (line.includes(UNDECODABLE)) return { place, error: undecodable(place, options) };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { place, error: badRow(place, 'a JSON object', line) };
  }
  return rowOf(value, place);
}

/** @returns The row of a parsed value, which must be an object. */
export function rowOf(value: unknown, place: string): RawRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { place, error: badRow(place, 'a JSON object', value) };
  return { place, fields: value as Record<string, unknown> };
}

/** @returns The error of a row with bytes that are no text. */
export function undecodable(
  place: string,
  { encoding = 'utf-8' }: DecodeOptions,
): ReturnType<typeof badRow> {
  return badRow(
    place,
    `${encoding} text`,
    'bytes that are not',
    'Name the encoding of the file, such as --encoding windows-1252, or leave out such rows with --skip-invalid.',
  );
}
