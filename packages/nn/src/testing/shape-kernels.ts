import { elementCount } from '@cxrkit/core';
import { type Kernel, listAttribute, numberAttribute } from './kernel.js';
import {
  broadcastOffsets,
  broadcastShape,
  ndArray,
  offsets,
  positive,
  stridesOf,
  take,
} from './nd-array.js';

const reshape: Kernel = ([x, shape]) => {
  const dims = Array.from(shape.data, (dim, i) => (dim === 0 ? x.dims[i] : dim));
  const guessed = dims.indexOf(-1);
  if (guessed >= 0) dims[guessed] = x.data.length / -elementCount(dims);
  if (elementCount(dims) !== x.data.length)
    throw new RangeError(`cannot reshape [${x.dims}] to [${shape.data}]`);
  return [ndArray(dims, x.data)];
};

const transpose: Kernel = ([x], node) => {
  const permutation = listAttribute(node, 'perm', []);
  const strides = stridesOf(x.dims);
  const dims = permutation.map((axis) => x.dims[axis]);
  return [
    take(
      x,
      dims,
      offsets(
        dims,
        permutation.map((axis) => strides[axis]),
      ),
    ),
  ];
};

const concat: Kernel = (inputs, node) => {
  const axis = positive(numberAttribute(node, 'axis', 0), inputs[0].dims.length);
  const dims = [...inputs[0].dims];
  dims[axis] = inputs.reduce((sum, input) => sum + input.dims[axis], 0);
  const strides = stridesOf(dims);
  const result = ndArray(dims);
  let start = 0;
  for (const input of inputs) {
    offsets(input.dims, strides, start * strides[axis]).forEach((offset, i) => {
      result.data[offset] = input.data[i];
    });
    start += input.dims[axis];
  }
  return [result];
};

const slice: Kernel = ([x, starts, ends, axes, steps]) => {
  const dims = [...x.dims];
  const strides = stridesOf(x.dims);
  let start = 0;
  axes.data.forEach((on, i) => {
    const axis = positive(on, dims.length);
    const step = steps ? steps.data[i] : 1;
    const [from, to] = [starts.data[i], ends.data[i]].map((at) =>
      Math.min(at < 0 ? at + x.dims[axis] : at, x.dims[axis]),
    );
    start += from * strides[axis];
    dims[axis] = Math.ceil((to - from) / step);
    strides[axis] *= step;
  });
  return [take(x, dims, offsets(dims, strides, start))];
};

const pad: Kernel = ([x, pads]) => {
  const rank = x.dims.length;
  const dims = x.dims.map((dim, i) => dim + pads.data[i] + pads.data[i + rank]);
  const strides = stridesOf(dims);
  const start = strides.reduce((sum, stride, i) => sum + stride * pads.data[i], 0);
  const result = ndArray(dims);
  offsets(x.dims, strides, start).forEach((offset, i) => {
    result.data[offset] = x.data[i];
  });
  return [result];
};

export const shapeKernels: Readonly<Record<string, Kernel>> = {
  Reshape: reshape,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Pad: pad,
  Expand: ([x, shape]) => {
    const dims = broadcastShape(x.dims, [...shape.data]);
    return [take(x, dims, broadcastOffsets(x.dims, dims))];
  },
  Shape: ([x]) => [ndArray([x.dims.length], Float64Array.from(x.dims))],
  ConstantOfShape: ([shape]) => [ndArray([...shape.data])],
  Squeeze: ([x, axes]) => {
    const gone = Array.from(axes.data, (axis) => positive(axis, x.dims.length));
    return [
      ndArray(
        x.dims.filter((_, i) => !gone.includes(i)),
        x.data,
      ),
    ];
  },
  Unsqueeze: ([x, axes]) => {
    const dims = [...x.dims];
    const rank = dims.length + axes.data.length;
    for (const axis of Array.from(axes.data, (at) => positive(at, rank)).sort((a, b) => a - b))
      dims.splice(axis, 0, 1);
    return [ndArray(dims, x.data)];
  },
};
