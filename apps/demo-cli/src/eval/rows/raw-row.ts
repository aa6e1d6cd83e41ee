import { InvalidInputError } from '@cxrkit/core';

/** A row of a file by the names of its columns. */
export type Fields = Readonly<Record<string, unknown>>;

/** A row as it stands in a file, or what is wrong with it. */
export type RawRow =
  | { readonly place: string; readonly fields: Fields }
  | { readonly place: string; readonly error: InvalidInputError };

/** Takes rows that cannot be used. */
export interface RowSkipper {
  /** Counts a row, or throws the error where rows may not be skipped. */
  skip(error: InvalidInputError): void;
  readonly count: number;
  /** What was wrong with the first of them. */
  readonly reasons: readonly string[];
}

const REASONS_KEPT = 5;

/** Makes the counter of skipped rows; without `skipInvalid` the first bad row ends the reading. */
export function createSkipper(skipInvalid: boolean): RowSkipper {
  const reasons: string[] = [];
  let count = 0;
  return {
    skip(error) {
      if (!skipInvalid) throw error;
      count++;
      if (reasons.length < REASONS_KEPT) reasons.push(error.message);
    },
    get count() {
      return count;
    },
    reasons,
  };
}

/** @returns The error of a row that can be skipped; `place` is such as `x.jsonl line 3`. */
export function badRow(
  place: string,
  expected: string,
  actual: unknown,
  remedy = 'Mend it, or leave out such rows with --skip-invalid.',
): InvalidInputError {
  return new InvalidInputError(place, expected, actual, remedy);
}

/**
 * Reads rows one by one into what a metric takes.
 *
 * @param read - Throws {@link InvalidInputError} for a row that cannot be used.
 */
export async function* validRows<Item>(
  rows: AsyncIterable<RawRow>,
  read: (fields: Fields, place: string) => Item,
  skipper: RowSkipper,
): AsyncGenerator<Item> {
  for await (const row of rows) {
    let item: Item;
    try {
      if ('error' in row) throw row.error;
      item = read(row.fields, row.place);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      skipper.skip(error);
      continue;
    }
    yield item;
  }
}
