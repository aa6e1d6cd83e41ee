import { InvalidInputError } from './errors.js';

/** Element types of our tensors, by their ONNX names. */
export interface TensorDataByType {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  /** IEEE 754 half precision, as raw bits. */
  readonly float16: Uint16Array;
  readonly int64: BigInt64Array;
  readonly int32: Int32Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  /** One byte each, 0 or 1. */
  readonly bool: Uint8Array;
}

export type TensorType = keyof TensorDataByType;

/** A dense row-major array; the only tensor of CXRKit. */
export interface Tensor<T extends TensorType = TensorType> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: TensorDataByType[T];
}

/** Named tensors, as a graph takes and gives them. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** @returns Number of elements of `dims`; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, dim) => count * dim, 1);
}

/**
 * Makes a float32 tensor.
 *
 * @throws {@link InvalidInputError} if `data` has another length than `dims` says.
 */
export function float32(
  data: Float32Array | readonly number[],
  dims: readonly number[] = [data.length],
): Tensor<'float32'> {
  return checked({
    type: 'float32',
    dims,
    data: data instanceof Float32Array ? data : Float32Array.from(data),
  });
}

/** Makes an int64 tensor; the twin of {@link float32}. */
export function int64(
  data: BigInt64Array | readonly number[],
  dims: readonly number[] = [data.length],
): Tensor<'int64'> {
  return checked({
    type: 'int64',
    dims,
    data: data instanceof BigInt64Array ? data : BigInt64Array.from(data, BigInt),
  });
}

function checked<T extends TensorType>(tensor: Tensor<T>): Tensor<T> {
  if (tensor.data.length !== elementCount(tensor.dims))
    throw new InvalidInputError(
      'tensor',
      `${elementCount(tensor.dims)} elements (dims ${tensor.dims.join(' x ')})`,
      tensor.data.length,
    );
  return tensor;
}
