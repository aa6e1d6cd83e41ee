import type { Tensor } from '@cxrkit/core';
import { FormatError } from './format-error.js';

/** Named weights read from a file. */
export interface Checkpoint {
  readonly format: 'safetensors' | 'pytorch';
  /**
   * Weights by the file's own names, in the file's order. Names that shared one view of one storage
   * share one tensor here: treat the data as read-only.
   */
  readonly tensors: Map<string, Tensor>;
  /** Words the file carries about itself; always empty for PyTorch files. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Which tensors to read: their exact names (each must be there), or a question asked of every name. */
export type NameFilter = Iterable<string> | ((name: string) => boolean);

/**
 * Chooses names, in the order of `available`.
 *
 * @throws {@link FormatError} if a name asked for is not there.
 */
export function selectNames(available: Iterable<string>, filter: NameFilter | undefined): string[] {
  const names = [...available];
  if (filter === undefined) return names;
  if (typeof filter === 'function') return names.filter((name) => filter(name));
  const asked = new Set(filter);
  const chosen = names.filter((name) => asked.delete(name));
  if (asked.size > 0)
    throw new FormatError(
      `it lacks the tensors ${shortList([...asked])}; it has ${shortList(names)}`,
    );
  return chosen;
}

/** @returns The first ten words, with a count of those left out. */
export function shortList(words: readonly string[]): string {
  if (words.length === 0) return 'none';
  const shown = words
    .slice(0, 10)
    .map((word) => (word.length > 200 ? `${word.slice(0, 200)}…` : word));
  return shown.join(', ') + (words.length > 10 ? ` and ${words.length - 10} more` : '');
}

/** @returns Bytes of `dims` elements, or `undefined` if that is no exact integer. */
export function exactBytes(dims: readonly number[], elementBytes: number): number | undefined {
  let bytes = elementBytes;
  if (dims.includes(0)) return 0;
  for (const dim of dims) {
    bytes *= dim;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

/** @returns Whether `value` is a list of whole numbers from 0 on, as dims and strides are. */
export function isDims(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
}
