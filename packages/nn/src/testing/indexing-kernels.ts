import { elementCount } from '@cxrkit/core';
import { type Kernel, numberAttribute } from './kernel.js';
import { type NdArray, ndArray, offsets, positive, stridesOf, take } from './nd-array.js';

const gather: Kernel = ([x, indices], node) => {
  const axis = positive(numberAttribute(node, 'axis', 0), x.dims.length);
  const inner = elementCount(x.dims.slice(axis + 1));
  const count = indices.data.length;
  const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)];
  const at = Int32Array.from({ length: elementCount(dims) }, (_, i) => {
    const [outer, which, rest] = [
      Math.floor(i / (inner * count)),
      Math.floor(i / inner) % count,
      i % inner,
    ];
    const index = positive(indices.data[which], x.dims[axis]);
    return (outer * x.dims[axis] + index) * inner + rest;
  });
  return [take(x, dims, at)];
};

/** Where each element of `indices` points in an array of shape `dims`, along `axis`. */
function elementOffsets(indices: NdArray, dims: readonly number[], axis: number): Int32Array {
  const strides = stridesOf(dims);
  const own = offsets(
    indices.dims,
    strides.map((stride, i) => (i === axis ? 0 : stride)),
  );
  return own.map((offset, i) => offset + positive(indices.data[i], dims[axis]) * strides[axis]);
}

const gatherElements: Kernel = ([x, indices], node) => {
  const axis = positive(numberAttribute(node, 'axis', 0), x.dims.length);
  return [take(x, indices.dims, elementOffsets(indices, x.dims, axis))];
};

const scatterElements: Kernel = ([x, indices, updates], node) => {
  const axis = positive(numberAttribute(node, 'axis', 0), x.dims.length);
  const result = ndArray(x.dims, x.data.slice());
  const adds = node.attributes.reduction === 'add';
  elementOffsets(indices, x.dims, axis).forEach((offset, i) => {
    result.data[offset] = (adds ? result.data[offset] : 0) + updates.data[i];
  });
  return [result];
};

const scatterNd: Kernel = ([x, indices, updates], node) => {
  const depth = indices.dims[indices.dims.length - 1];
  const strides = stridesOf(x.dims);
  const block = elementCount(x.dims.slice(depth));
  const result = ndArray(x.dims, x.data.slice());
  const adds = node.attributes.reduction === 'add';
  updates.data.forEach((update, i) => {
    const row = Math.floor(i / block);
    let offset = i % block;
    for (let axis = 0; axis < depth; axis++)
      offset += indices.data[row * depth + axis] * strides[axis];
    result.data[offset] = (adds ? result.data[offset] : 0) + update;
  });
  return [result];
};

/** Along the last axis, as `oneHot` writes it. */
const oneHot: Kernel = ([indices, depth, values]) => {
  const size = depth.data[0];
  const result = ndArray([...indices.dims, size]);
  result.data.forEach((_, i) => {
    result.data[i] = values.data[indices.data[Math.floor(i / size)] === i % size ? 1 : 0];
  });
  return [result];
};

export const indexingKernels: Readonly<Record<string, Kernel>> = {
  Gather: gather,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
  OneHot: oneHot,
};
