import { elementCount, type Tensor, type TensorType } from '../tensor.js';

/** What a graph says of one of its inputs or outputs. */
export interface TensorInfo {
  readonly name: string;
  readonly type: TensorType;
  /** A number where the graph fixes the size, a name (or `''`) where it is free; `[]` also for unknown rank. */
  readonly dims: readonly (number | string)[];
}

/** A wrong argument in the words of `InvalidInputError`; plain data, so it may come from a worker. */
export interface Complaint {
  readonly name: string;
  readonly expected: string;
  readonly actual: unknown;
  readonly remedy?: string;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** Tells whether `type` is an element type our tensors have. */
export function isTensorType(type: string): type is TensorType {
  return Object.hasOwn(ARRAYS, type);
}

/**
 * Copies a tensor into memory of its own, which may be transferred. Not `slice()`: a `Buffer` would share its pool.
 *
 * @returns The copy; its `data.buffer` holds exactly its elements.
 */
export function copyTensor({ type, dims, data }: Tensor): Tensor {
  const copy = new (ARRAYS[type] as new (source: Tensor['data']) => Tensor['data'])(data);
  return { type, dims: [...dims], data: copy };
}

/** @returns What is wrong with `tensor` in itself, or `undefined`. */
export function findFlaw(name: string, tensor: Tensor): Complaint | undefined {
  if (!isTensorType(tensor.type))
    return {
      name,
      expected: `one of ${Object.keys(ARRAYS).join(', ')} as type`,
      actual: tensor.type,
    };
  const array = ARRAYS[tensor.type];
  if (!(tensor.data instanceof array))
    return { name, expected: `a ${array.name} as ${tensor.type} data`, actual: tensor.data };
  if (!tensor.dims.every((dim) => Number.isInteger(dim) && dim >= 0))
    return { name, expected: 'whole numbers of 0 or more as dims', actual: tensor.dims };
  const count = elementCount(tensor.dims);
  if (tensor.data.length !== count)
    return {
      name,
      expected: `${count} elements (dims ${shape(tensor.dims)})`,
      actual: tensor.data.length,
    };
  return undefined;
}

/** @returns How `tensor` differs from what the graph asks of this input, or `undefined`. */
export function findMismatch(
  name: string,
  info: TensorInfo,
  tensor: { readonly type: string; readonly dims: readonly number[] },
): Complaint | undefined {
  const fits =
    info.dims.length === 0 ||
    (info.dims.length === tensor.dims.length &&
      info.dims.every((dim, axis) => typeof dim === 'string' || dim === tensor.dims[axis]));
  if (tensor.type === info.type && fits) return undefined;
  return {
    name,
    expected: `${info.type} ${shape(info.dims)}`,
    actual: `${tensor.type} ${shape(tensor.dims)}`,
  };
}

function shape(dims: readonly (number | string)[]): string {
  return `[${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`;
}
