import type { InvalidInputError } from '@cxrkit/core';
import { badRow, type Fields } from './raw-row.js';

/** Columns of a file by our name for what they hold; several where one thing is spread over columns. */
export type Columns = Readonly<Record<string, readonly string[]>>;

/** Names under which an id is looked for where none is given. */
const ID_COLUMNS = ['id', 'study_id'] as const;

/**
 * Reads the id of a row.
 *
 * @param seen - Ids so far; the id is added.
 * @throws {@link InvalidInputError} if it is missing, empty or taken.
 */
export function readId(
  fields: Fields,
  place: string,
  columns: Columns,
  seen: Set<string> | undefined,
): string {
  const names = columns.id ?? ID_COLUMNS;
  const value = names.map((name) => fields[name]).find((found) => found !== undefined);
  if (!(typeof value === 'string' || typeof value === 'number') || String(value).trim() === '')
    throw badField(names, 'a word or number', value, place);
  const id = String(value).trim();
  if (seen?.has(id)) throw badField(names, 'an id of its own', id, place);
  seen?.add(id);
  return id;
}

/**
 * Reads a text, which may be empty.
 *
 * @param name - Our name for it, such as `candidate`; `columns` may call it otherwise.
 * @throws {@link InvalidInputError} if it is no string.
 */
export function readText(fields: Fields, name: string, place: string, columns: Columns): string {
  const [column] = columns[name] ?? [name];
  const value = fields[column];
  if (typeof value !== 'string') throw badField([column], 'a string', value, place);
  return value;
}

/**
 * Reads reference texts: a list, one string, or several columns whose empty cells are left out.
 *
 * @param fallbacks - Names that are looked for where `columns` names none.
 * @throws {@link InvalidInputError} if there is none.
 */
export function readReferences(
  fields: Fields,
  place: string,
  columns: Columns,
  fallbacks: readonly string[] = ['references', 'reference'],
): string[] {
  const names = columns.references ?? fallbacks.filter((name) => name in fields).slice(0, 1);
  const found = names.flatMap((name) => fields[name]);
  const texts = names.length > 1 ? found.filter((text) => text !== '') : found;
  if (texts.length === 0)
    throw badField(columns.references ?? fallbacks, 'at least one text', undefined, place);
  const stranger = texts.find((text) => typeof text !== 'string');
  if (stranger !== undefined || texts.includes(undefined))
    throw badField(names, 'a string or a list of strings', stranger, place);
  return texts as string[];
}

/** @returns The error of a field of a row. */
export function badField(
  names: readonly string[],
  expected: string,
  actual: unknown,
  place: string,
): InvalidInputError {
  return badRow(`"${names.join('" or "')}" in ${place}`, expected, actual);
}
