import type { Tensor, TensorType } from '@cxrkit/core';
import { bfloat16ToFloat32 } from './half.js';

/** Element types of the files we read, by their safetensors names. */
export type StoredType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U8'
  | 'BOOL';

/** Bytes of one element. */
export const STORED_BYTES: Readonly<Record<StoredType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Tensor type each stored type is read as; bfloat16 and int16 widen without loss. */
export const TENSOR_TYPES: Readonly<Record<StoredType, TensorType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'float32',
  I64: 'int64',
  I32: 'int32',
  I16: 'int32',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/** Stored type each tensor type is written as. */
export const STORED_TYPES: Readonly<Record<TensorType, StoredType>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  int64: 'I64',
  int32: 'I32',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

/** @returns Whether `name` is a {@link StoredType}. */
export function isStoredType(name: unknown): name is StoredType {
  return typeof name === 'string' && Object.hasOwn(STORED_BYTES, name);
}

/**
 * Makes a tensor of little-endian, row-major elements; takes the buffer over where no conversion is needed.
 *
 * @param buffer - Exactly the elements of `dims`.
 */
export function decodeTensor(
  stored: StoredType,
  dims: readonly number[],
  buffer: ArrayBuffer,
): Tensor {
  const type = TENSOR_TYPES[stored];
  return { type, dims, data: DECODERS[stored](buffer) };
}

const DECODERS: Readonly<Record<StoredType, (buffer: ArrayBuffer) => Tensor['data']>> = {
  F64: (buffer) => new Float64Array(buffer),
  F32: (buffer) => new Float32Array(buffer),
  F16: (buffer) => new Uint16Array(buffer),
  BF16: (buffer) => bfloat16ToFloat32(new Uint16Array(buffer)),
  I64: (buffer) => new BigInt64Array(buffer),
  I32: (buffer) => new Int32Array(buffer),
  I16: (buffer) => Int32Array.from(new Int16Array(buffer)),
  I8: (buffer) => new Int8Array(buffer),
  U8: (buffer) => new Uint8Array(buffer),
  BOOL: (buffer) => new Uint8Array(buffer).map((byte) => (byte === 0 ? 0 : 1)),
};
