import type { Value } from '../../graph/graph.js';
import {
  add,
  cast,
  cos,
  div,
  equal,
  exp,
  greater,
  less,
  mul,
  neg,
  pow,
  sigmoid,
  sin,
  sub,
  where,
} from '../../ops/elementwise.js';
import { emit } from '../../ops/operand.js';
import { type GradientRule, sumTo } from './rule.js';

type Binary = (a: Value, b: Value, y: Value, d: Value) => readonly [() => Value, () => Value];

const binary =
  (rule: Binary): GradientRule =>
  (node, d, needs) => {
    const [a, b] = node.inputs as [Value, Value];
    const parts = rule(a, b, node.outputs[0], d);
    return [
      needs(0) ? sumTo(parts[0](), a) : undefined,
      needs(1) ? sumTo(parts[1](), b) : undefined,
    ];
  };

const unary =
  (rule: (x: Value, y: Value, d: Value) => Value): GradientRule =>
  (node, d) => [rule(node.inputs[0] as Value, node.outputs[0], d)];

const isFloat = ({ type }: Value): boolean => type.startsWith('float');

const select = (condition: Value, d: Value): Value => mul(d, cast(condition, 'float32'));

/** Of the larger (or smaller) operand; a tie gives half to each, as PyTorch does. */
const choose =
  (better: (a: Value, b: Value) => Value): Binary =>
  (a, b, _, d) => {
    const share = (wins: Value): Value =>
      mul(d, add(cast(wins, 'float32'), mul(cast(equal(a, b), 'float32'), 0.5)));
    return [() => share(better(a, b)), () => share(better(b, a))];
  };

export const elementwiseRules: Readonly<Record<string, GradientRule>> = {
  Identity: unary((_, __, d) => d),
  Add: binary((_, __, ___, d) => [() => d, () => d]),
  Sub: binary((_, __, ___, d) => [() => d, () => neg(d)]),
  Mul: binary((a, b, _, d) => [() => mul(d, b), () => mul(d, a)]),
  Div: binary((_, b, y, d) => [() => div(d, b), () => neg(div(mul(d, y), b))]),
  // The exponent is a constant.
  Pow: (node, d) => {
    const [x, exponent] = node.inputs as [Value, Value];
    const k = Number(x.graph.constants.get(exponent.name)?.data[0]);
    return [mul(mul(d, pow(x, k - 1)), k)];
  },
  Max: binary(choose(greater)),
  Min: binary(choose(less)),
  // The limits are constants. One mask; at a limit the gradient is 0, as of PyTorch's relu6.
  Clip: (node, d) => {
    const [x, low, high] = node.inputs as [Value, Value, Value];
    return [select(emit('And', [greater(x, low), less(x, high)], x.dims, {}, 'bool'), d)];
  },
  Neg: unary((_, __, d) => neg(d)),
  Exp: unary((_, y, d) => mul(d, y)),
  Log: unary((x, _, d) => div(d, x)),
  Sqrt: unary((_, y, d) => div(mul(d, 0.5), y)),
  Abs: unary((x, _, d) => sub(select(greater(x, 0), d), select(less(x, 0), d))),
  Erf: unary((x, _, d) => mul(d, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))),
  Relu: unary((_, y, d) => select(greater(y, 0), d)),
  Sigmoid: unary((_, y, d) => mul(d, mul(y, sub(1, y)))),
  Tanh: unary((_, y, d) => mul(d, sub(1, mul(y, y)))),
  Sin: unary((x, _, d) => mul(d, cos(x))),
  Cos: unary((x, _, d) => neg(mul(d, sin(x)))),
  Softplus: unary((x, _, d) => mul(d, sigmoid(x))),
  // Rounding to integers is flat.
  Cast: (node, d) => {
    const x = node.inputs[0] as Value;
    return [isFloat(x) && isFloat(node.outputs[0]) ? cast(d, x.type) : undefined];
  },
  Where: (node, d, needs) => {
    const [condition, a, b] = node.inputs as [Value, Value, Value];
    return [
      undefined,
      needs(1) ? sumTo(where(condition, d, 0), a) : undefined,
      needs(2) ? sumTo(where(condition, 0, d), b) : undefined,
    ];
  },
};
