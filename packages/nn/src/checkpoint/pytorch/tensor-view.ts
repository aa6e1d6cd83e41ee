import { elementCount } from '@cxrkit/core';
import { exactBytes, isDims } from '../checkpoint.js';
import { FormatError } from '../format-error.js';
import { STORED_BYTES, type StoredType } from '../stored-type.js';
import type { StorageReference } from './pickle-value.js';

/** A strided window on a storage, as PyTorch saves tensors. */
export interface TensorView {
  readonly kind: 'tensor';
  readonly storage: StorageReference;
  readonly stored: StoredType;
  readonly dims: readonly number[];
  /** Elements between neighbours along each axis; 0 repeats one element. */
  readonly strides: readonly number[];
  /** First element in the storage. */
  readonly offset: number;
  /** Element after the last one touched; equals `offset` if there are none. */
  readonly end: number;
}

const MAX_RANK = 64;

/**
 * Checks a window on a storage.
 *
 * @param stored - Element type if the storage is untyped bytes. @defaultValue the storage's
 * @throws {@link FormatError} if the window does not lie inside.
 */
export function tensorView(
  storage: StorageReference,
  offset: unknown,
  dims: unknown,
  strides: unknown,
  stored: StoredType = storage.stored,
): TensorView {
  if (!isShape(dims) || !isShape(strides) || !isDims([offset]) || dims.length !== strides.length)
    throw new FormatError('a tensor has no valid size, stride or offset');
  if (exactBytes(dims, STORED_BYTES[stored]) === undefined)
    throw new FormatError(`a tensor has impossible dims [${dims.join(', ')}]`);
  const first = Number(offset);
  const span = dims.includes(0)
    ? 0
    : dims.reduce((sum, dim, axis) => sum + (dim - 1) * strides[axis], 1);
  const end = first + span;
  const length = (storage.length * STORED_BYTES[storage.stored]) / STORED_BYTES[stored];
  if (!(end <= length))
    throw new FormatError(
      `a tensor reaches to element ${end} of storage ${storage.key}, which has ${length}`,
    );
  return { kind: 'tensor', storage, stored, dims, strides, offset: first, end };
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && isDims(value);
}

/**
 * Copies a window into row-major order.
 *
 * @param bytes - The storage's bytes from element `from` on, up to `view.end` at least.
 * @param mayTake - Allows to return the buffer of `bytes` itself, where it is just what is wanted.
 */
export function materialise(
  view: TensorView,
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
  mayTake: boolean,
): ArrayBuffer {
  const size = STORED_BYTES[view.stored];
  const start = view.offset - from;
  if (isContiguous(view)) {
    const byteLength = elementCount(view.dims) * size;
    return mayTake && byteLength === bytes.buffer.byteLength
      ? bytes.buffer
      : bytes.buffer.slice(start * size, start * size + byteLength);
  }
  // Bits are copied as unsigned integers; 8-byte elements as pairs, since a float copy may alter NaNs.
  if (size === 1) return gather(bytes, new Uint8Array(elementCount(view.dims)), view, start);
  if (size === 2)
    return gather(halves(bytes), new Uint16Array(elementCount(view.dims)), view, start);
  const words = new Uint32Array(bytes.buffer, 0, bytes.byteLength >>> 2);
  if (size === 4) return gather(words, new Uint32Array(elementCount(view.dims)), view, start);
  const pairs = {
    dims: [...view.dims, 2],
    strides: [...view.strides.map((stride) => stride * 2), 1],
  };
  return gather(words, new Uint32Array(elementCount(pairs.dims)), pairs, start * 2);
}

function halves(bytes: Uint8Array<ArrayBuffer>): Uint16Array {
  return new Uint16Array(bytes.buffer, 0, bytes.byteLength >>> 1);
}

function isContiguous({ dims, strides }: TensorView): boolean {
  let expected = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] === 0) return true;
    if (dims[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= dims[axis];
  }
  return true;
}

type Words = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Walks the last axis in a loop and the others like an odometer. */
function gather(
  source: ArrayLike<number>,
  target: Words,
  { dims, strides }: Pick<TensorView, 'dims' | 'strides'>,
  start: number,
): ArrayBuffer {
  const last = dims.length - 1;
  const index = new Array<number>(dims.length).fill(0);
  let position = start;
  for (let written = 0; written < target.length; ) {
    for (let i = 0, at = position; i < dims[last]; i++, at += strides[last])
      target[written++] = source[at];
    for (let axis = last - 1; axis >= 0; axis--) {
      position += strides[axis];
      if (++index[axis] < dims[axis]) break;
      position -= dims[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return target.buffer;
}
