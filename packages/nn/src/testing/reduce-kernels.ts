import { type Kernel, numberAttribute } from './kernel.js';
import { type NdArray, ndArray, offsets, positive, stridesOf } from './nd-array.js';

/** Splits the axes of an array: offsets of each kept index, and from there of each reduced one. */
function lines(x: NdArray, axes: readonly number[]): { outer: Int32Array; inner: Int32Array } {
  const strides = stridesOf(x.dims);
  const part = (wanted: boolean): Int32Array => {
    const picked = [...x.dims.keys()].filter((axis) => axes.includes(axis) === wanted);
    return offsets(
      picked.map((axis) => x.dims[axis]),
      picked.map((axis) => strides[axis]),
    );
  };
  return { outer: part(false), inner: part(true) };
}

function reduceAxes(x: NdArray, axes: readonly number[], keep: boolean): number[] {
  return keep
    ? x.dims.map((dim, i) => (axes.includes(i) ? 1 : dim))
    : x.dims.filter((_, i) => !axes.includes(i));
}

const reduce =
  (f: (values: Float64Array) => number): Kernel =>
  ([x, axesInput], node) => {
    const rank = x.dims.length;
    // No axes at all means every axis.
    const axes = axesInput?.data.length
      ? Array.from(axesInput.data, (axis) => positive(axis, rank))
      : [...x.dims.keys()];
    const { outer, inner } = lines(x, axes);
    const data = Float64Array.from(outer, (start) =>
      f(Float64Array.from(inner, (offset) => x.data[start + offset])),
    );
    return [ndArray(reduceAxes(x, axes, numberAttribute(node, 'keepdims', 1) === 1), data)];
  };

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
const max = (values: Float64Array): number =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

const argMax: Kernel = ([x], node) => {
  const axis = positive(numberAttribute(node, 'axis', 0), x.dims.length);
  const { outer, inner } = lines(x, [axis]);
  const data = Float64Array.from(outer, (start) => {
    const values = Float64Array.from(inner, (offset) => x.data[start + offset]);
    return values.indexOf(max(values));
  });
  return [ndArray(reduceAxes(x, [axis], numberAttribute(node, 'keepdims', 1) === 1), data)];
};

const softmax =
  (finish: (shifted: number, total: number) => number): Kernel =>
  ([x], node) => {
    const { outer, inner } = lines(x, [positive(numberAttribute(node, 'axis', -1), x.dims.length)]);
    const result = ndArray(x.dims);
    for (const start of outer) {
      const values = Float64Array.from(inner, (offset) => x.data[start + offset]);
      const top = max(values);
      const total = sum(values.map((value) => Math.exp(value - top)));
      inner.forEach((offset, i) => {
        result.data[start + offset] = finish(values[i] - top, total);
      });
    }
    return [result];
  };

export const reduceKernels: Readonly<Record<string, Kernel>> = {
  ReduceSum: reduce(sum),
  ReduceMean: reduce((values) => sum(values) / values.length),
  ReduceMax: reduce(max),
  ReduceProd: reduce((values) => values.reduce((a, b) => a * b, 1)),
  ArgMax: argMax,
  Softmax: softmax((shifted, total) => Math.exp(shifted) / total),
  LogSoftmax: softmax((shifted, total) => shifted - Math.log(total)),
};
