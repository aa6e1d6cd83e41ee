import { normalizeAxis } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { add, exp, log, sub } from './elementwise.js';
import { emit, int64List } from './operand.js';
import { squeeze } from './shape.js';

export interface ReduceOptions {
  /** @defaultValue every axis */
  readonly axes?: readonly number[];
  /** Keeps reduced axes with size 1. @defaultValue false */
  readonly keepDims?: boolean;
}

function reduce(opType: string, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const over = (axes ?? [...x.dims.keys()]).map((axis) => normalizeAxis(axis, x.dims.length));
  // ONNX reads an empty list as every axis.
  if (over.length === 0) return x;
  const dims = keepDims
    ? x.dims.map((dim, i) => (over.includes(i) ? 1 : dim))
    : x.dims.filter((_, i) => !over.includes(i));
  return emit(opType, [x, int64List(x, over)], dims, { keepdims: keepDims ? 1 : 0 });
}

export const reduceSum = (x: Value, options: ReduceOptions = {}): Value =>
  reduce('ReduceSum', x, options);
export const reduceMean = (x: Value, options: ReduceOptions = {}): Value =>
  reduce('ReduceMean', x, options);
/** Maximum; the gradient is shared equally by ties. */
export const reduceMax = (x: Value, options: ReduceOptions = {}): Value =>
  reduce('ReduceMax', x, options);

/** log(sum(e^x)) over one axis, stable. */
export function logSumExp(x: Value, axis: number): Value {
  const max = emit(
    'Identity',
    [reduceMax(x, { axes: [axis], keepDims: true })],
    x.dims.with(normalizeAxis(axis, x.dims.length), 1),
    { stop_gradient: 1 },
  );
  return squeeze(
    add(log(reduceSum(exp(sub(x, max)), { axes: [axis], keepDims: true })), max),
    axis,
  );
}

/** Index of the largest element along `axis`, first on ties; int64, no gradient. */
export function argMax(x: Value, axis: number): Value {
  const at = normalizeAxis(axis, x.dims.length);
  return emit('ArgMax', [x], x.dims.toSpliced(at, 1), { axis: at, keepdims: 0 }, 'int64');
}
