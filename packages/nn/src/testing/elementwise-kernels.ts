import type { Kernel } from './kernel.js';
import { broadcastOffsets, broadcastShape, ndArray } from './nd-array.js';

const unary =
  (f: (x: number) => number): Kernel =>
  ([x]) => [ndArray(x.dims, x.data.map(f))];

const binary =
  (f: (a: number, b: number) => number): Kernel =>
  ([a, b]) => {
    const dims = broadcastShape(a.dims, b.dims);
    const [i, j] = [broadcastOffsets(a.dims, dims), broadcastOffsets(b.dims, dims)];
    return [
      ndArray(
        dims,
        Float64Array.from(i, (offset, k) => f(a.data[offset], b.data[j[k]])),
      ),
    ];
  };

/** erf(x) = 2 / sqrt(pi) * e^(-x^2) * sum of 2^n x^(2n+1) / (2n+1)!! (Abramowitz & Stegun 7.1.6). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const where: Kernel = ([condition, a, b]) => {
  const dims = broadcastShape(condition.dims, broadcastShape(a.dims, b.dims));
  const [c, i, j] = [condition, a, b].map((x) => broadcastOffsets(x.dims, dims));
  const pick = (offset: number, k: number): number =>
    condition.data[offset] ? a.data[i[k]] : b.data[j[k]];
  return [ndArray(dims, Float64Array.from(c, pick))];
};

const integerTypes = ['int64', 'int32', 'int8', 'uint8'];

const cast: Kernel = ([x], node) => {
  const { type } = node.outputs[0];
  if (type === 'bool') return [ndArray(x.dims, x.data.map(Boolean as never))];
  return [integerTypes.includes(type) ? ndArray(x.dims, x.data.map(Math.trunc)) : x];
};

export const elementwiseKernels: Readonly<Record<string, Kernel>> = {
  Identity: ([x]) => [x],
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Max: binary(Math.max),
  Min: binary(Math.min),
  Greater: binary((a, b) => Number(a > b)),
  GreaterOrEqual: binary((a, b) => Number(a >= b)),
  Less: binary((a, b) => Number(a < b)),
  LessOrEqual: binary((a, b) => Number(a <= b)),
  Equal: binary((a, b) => Number(a === b)),
  And: binary((a, b) => Number(a !== 0 && b !== 0)),
  Clip: ([x, low, high]) => [
    ndArray(
      x.dims,
      x.data.map((value) => Math.min(Math.max(value, low.data[0]), high.data[0])),
    ),
  ],
  Neg: unary((x) => -x),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Abs: unary(Math.abs),
  Erf: unary(erf),
  Relu: unary((x) => Math.max(x, 0)),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Tanh: unary(Math.tanh),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Cast: cast,
  Where: where,
};
