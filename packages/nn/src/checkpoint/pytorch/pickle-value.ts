import type { StoredType } from '../stored-type.js';
import type { TensorView } from './tensor-view.js';

/**
 * What an unpickled stream may hold. Lists and tuples are arrays, dicts are maps; integers beyond
 * 2^53 are bigints.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleGlobal
  | PickleObject
  | StorageReference
  | TensorView;

/** A Python name from the allowed list; a word, nothing is imported. */
export interface PickleGlobal {
  readonly kind: 'global';
  /** Module and name, such as `torch.float32`. */
  readonly name: string;
}

/** An instance of a class we only carry as data. */
export interface PickleObject {
  readonly kind: 'object';
  readonly className: string;
  readonly args: readonly PickleValue[];
  /** What BUILD gave: the instance's attributes, usually a map. */
  state: PickleValue;
}

/** A storage named by a persistent id; its bytes are a record of the archive. */
export interface StorageReference {
  readonly kind: 'storage';
  /** Name of the record under `data/`. */
  readonly key: string;
  readonly stored: StoredType;
  /** Elements of `stored`. */
  readonly length: number;
}

/** @returns `value` if it is one of our tagged values of `kind`. */
export function ofKind<K extends 'global' | 'object' | 'storage' | 'tensor'>(
  value: PickleValue | undefined,
  kind: K,
): Extract<PickleValue, { readonly kind: K }> | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  return value.kind === kind ? (value as Extract<PickleValue, { readonly kind: K }>) : undefined;
}

/** @returns A short word for `value` in messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (typeof value !== 'object' || value === null)
    return `${typeof value} ${String(value)}`.slice(0, 80);
  if (value instanceof Map) return 'a dict';
  if (value instanceof Set) return 'a set';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'a list or tuple';
  if (value.kind === 'object') return `a ${value.className}`;
  return value.kind === 'global' ? value.name : `a ${value.kind}`;
}
