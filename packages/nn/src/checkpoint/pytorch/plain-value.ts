import { FormatError } from '../format-error.js';
import { TENSOR_TYPES } from '../stored-type.js';
import {
  describeValue,
  type PickleGlobal,
  type PickleObject,
  type PickleValue,
  type StorageReference,
} from './pickle-value.js';
import type { TensorView } from './tensor-view.js';

/** JSON-like data. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

const MAX_DEPTH = 64;
const MAX_VALUES = 2_000_000;
const MAX_BYTES = 2 ** 26;

/**
 * Makes JSON-like data of unpickled values.
 *
 * Tuples and sets become arrays, integers beyond 2^53 decimal text, names text, omegaconf containers
 * what they contain. Tensors become `{ $tensor: { type, dims } }`, bytes `{ $bytes: base64 }`, other
 * objects `{ $object: class, args, state }`.
 *
 * @throws {@link FormatError} if the data is nested deeper than 64 levels (or in itself), or has more
 *   than two million values when written out.
 */
export function plainValue(value: PickleValue): PlainValue {
  return new Plainer().convert(value, 0);
}

class Plainer {
  #count = 0;
  #byteCount = 0;

  convert(value: PickleValue, depth: number): PlainValue {
    if (depth > MAX_DEPTH)
      throw new FormatError(`its data is nested deeper than ${MAX_DEPTH} levels, or in itself`);
    if (++this.#count > MAX_VALUES)
      throw new FormatError(`it holds more than ${MAX_VALUES} values`);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) return this.#bytes(value);
    if (Array.isArray(value)) return value.map((item) => this.convert(item, depth + 1));
    if (value instanceof Set) return [...value].map((item) => this.convert(item, depth + 1));
    if (value instanceof Map) return this.#dict(value, depth);
    return this.#tagged(value, depth);
  }

  #bytes(bytes: Uint8Array): PlainValue {
    this.#byteCount += bytes.byteLength;
    if (this.#byteCount > MAX_BYTES)
      throw new FormatError(`it holds more than ${MAX_BYTES} bytes beside the tensors`);
    return { $bytes: Buffer.from(bytes).toString('base64') };
  }

  #dict(dict: ReadonlyMap<PickleValue, PickleValue>, depth: number): PlainValue {
    const pairs = new Map<string, PlainValue>();
    for (const [key, item] of dict) {
      const name = keyText(key);
      if (pairs.has(name))
        throw new FormatError(`a dict has two keys that are both written ${name.slice(0, 200)}`);
      pairs.set(name, this.convert(item, depth + 1));
    }
    return Object.fromEntries(pairs);
  }

  #tagged(
    value: PickleGlobal | PickleObject | StorageReference | TensorView,
    depth: number,
  ): PlainValue {
    switch (value.kind) {
      case 'global':
        return value.name;
      case 'tensor':
        return { $tensor: { type: TENSOR_TYPES[value.stored], dims: value.dims } };
      case 'storage':
        return { $storage: { type: TENSOR_TYPES[value.stored], length: value.length } };
      case 'object':
        return this.#object(value, depth);
    }
  }

  #object({ className, args, state }: PickleObject, depth: number): PlainValue {
    // omegaconf keeps a container's items in _content and a node's value in _val.
    if (className.startsWith('omegaconf.') && state instanceof Map) {
      const content = state.get('_content') ?? state.get('_val');
      if (content !== undefined) return this.convert(content, depth + 1);
    }
    return {
      $object: className,
      args: this.convert([...args], depth + 1),
      state: this.convert(state, depth + 1),
    };
  }
}

/** Writes a dict's key as text: scalars as they are, short tuples of them with commas. */
function keyText(key: PickleValue): string {
  if (typeof key !== 'object' || key === null) return String(key);
  const isShortTuple =
    Array.isArray(key) && key.length <= 8 && key.every((part) => typeof part !== 'object');
  if (isShortTuple) return `(${key.map((part) => String(part).slice(0, 200)).join(', ')})`;
  throw new FormatError(
    `a dict has ${describeValue(key)} as a key, which cannot be written as text`,
  );
}
