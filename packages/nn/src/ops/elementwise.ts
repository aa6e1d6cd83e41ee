import type { TensorType } from '@cxrkit/core';
import { broadcastDims } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { emit, type Operand, operands, scalar } from './operand.js';

function binary(opType: string, a: Operand, b: Operand, type?: TensorType): Value {
  const [x, y] = operands(a, b);
  return emit(opType, [x, y], broadcastDims(x.dims, y.dims), {}, type ?? x.type);
}

/** a + b with numpy broadcasting, as all binary operations here. */
export const add = (a: Operand, b: Operand): Value => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Value => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Value => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Value => binary('Div', a, b);
/** a to the power of a constant exponent. */
export const pow = (a: Value, exponent: number): Value => binary('Pow', a, exponent);
export const maximum = (a: Operand, b: Operand): Value => binary('Max', a, b);
export const minimum = (a: Operand, b: Operand): Value => binary('Min', a, b);
/** a > b as bool; comparisons have no gradient. */
export const greater = (a: Operand, b: Operand): Value => binary('Greater', a, b, 'bool');
export const less = (a: Operand, b: Operand): Value => binary('Less', a, b, 'bool');
export const equal = (a: Operand, b: Operand): Value => binary('Equal', a, b, 'bool');

export const neg = (x: Value): Value => emit('Neg', [x], x.dims);
export const exp = (x: Value): Value => emit('Exp', [x], x.dims);
/** Natural logarithm. */
export const log = (x: Value): Value => emit('Log', [x], x.dims);
export const sqrt = (x: Value): Value => emit('Sqrt', [x], x.dims);
export const abs = (x: Value): Value => emit('Abs', [x], x.dims);
export const erf = (x: Value): Value => emit('Erf', [x], x.dims);
export const relu = (x: Value): Value => emit('Relu', [x], x.dims);
export const sigmoid = (x: Value): Value => emit('Sigmoid', [x], x.dims);
export const tanh = (x: Value): Value => emit('Tanh', [x], x.dims);
/** Sine of radians. */
export const sin = (x: Value): Value => emit('Sin', [x], x.dims);
/** Cosine of radians. */
export const cos = (x: Value): Value => emit('Cos', [x], x.dims);
/** log(1 + e^x), stable. */
export const softplus = (x: Value): Value => emit('Softplus', [x], x.dims);

/** x limited to [low, high]; the gradient is 1 inside and 0 outside. */
export const clip = (x: Value, low: number, high: number): Value =>
  emit('Clip', [x, scalar(x, low), scalar(x, high)], x.dims);

/** ReLU6 of MobileNet (Sandler et al. 2018). */
export const relu6 = (x: Value): Value => clip(x, 0, 6);

/** Exact GELU, x * Phi(x) (Hendrycks & Gimpel 2016). */
export const gelu = (x: Value): Value => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** Tanh approximation of GELU ("gelu_new" of GPT-2). */
export const geluTanh = (x: Value): Value => {
  const inner = mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
};

/** x * sigmoid(1.702 x), the activation of OpenAI CLIP. */
export const quickGelu = (x: Value): Value => mul(x, sigmoid(mul(x, 1.702)));

/** x * sigmoid(x). */
export const silu = (x: Value): Value => mul(x, sigmoid(x));

/** `condition ? a : b`, element by element. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  const [x, y] = operands(a, b);
  const dims = broadcastDims(condition.dims, broadcastDims(x.dims, y.dims));
  return emit('Where', [condition, x, y], dims, {}, x.type);
}

const onnxTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;

/** Converts to another element type. */
export const cast = (x: Value, type: TensorType): Value =>
  x.type === type ? x : emit('Cast', [x], x.dims, { to: onnxTypes[type] }, type);

/** Passes the value and stops the gradient. */
export const stopGradient = (x: Value): Value =>
  emit('Identity', [x], x.dims, { stop_gradient: 1 });
