import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor } from '../../tensor.js';
import { copyTensor, isTensorType } from '../tensor-info.js';

/** The onnxruntime-node module. */
export type Ort = typeof import('onnxruntime-node');

/** Makes onnxruntime's tensor over the same memory. */
export function toOrt(ort: Ort, { type, data, dims }: Tensor): OrtTensor {
  // float16 is given as raw bits on every version of Node; onnxruntime takes them as Uint16Array.
  return new ort.Tensor(type, data as Float32Array, dims) as OrtTensor;
}

/**
 * Copies a tensor of main memory. onnxruntime owns the memory of its outputs and frees it with the worker, so it must
 * not be moved to another thread.
 */
export function fromOrt(tensor: OrtTensor): Tensor {
  const { type, dims, data } = tensor;
  if (!isTensorType(type)) throw new Error(`tensors of type ${type} cannot leave the worker`);
  const bits =
    type === 'float16' && !(data instanceof Uint16Array)
      ? float16Bits(data as ArrayBufferView)
      : data;
  return copyTensor({ type, dims, data: bits } as Tensor);
}

// Node 24 and later give Float16Array.
function float16Bits({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT);
}
