import {
  abs,
  add,
  cast,
  clip,
  cos,
  type Dims,
  div,
  emit,
  erf,
  exp,
  gelu,
  geluTanh,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  quickGelu,
  relu,
  relu6,
  sigmoid,
  silu,
  sin,
  softplus,
  sqrt,
  stopGradient,
  sub,
  tanh,
  type Value,
  where,
} from '@cxrkit/nn';
import type { Draw } from '../case-builder.js';
import type { GradientCase } from '../gradient-cases.js';

const positive: Draw = { range: [0.3, 3] };
const halves: Draw = { among: [-1, -0.5, 0.5, 1] };

const unaries: readonly [name: string, f: (x: Value) => Value, draw?: Draw][] = [
  ['neg', neg],
  ['exp', exp],
  ['log', log, positive],
  ['sqrt', sqrt, positive],
  ['abs', abs],
  ['erf', erf],
  ['relu', relu],
  ['sigmoid', sigmoid],
  ['tanh', tanh],
  ['sin', sin],
  ['cos', cos],
  ['softplus', softplus],
  ['softplus far out', softplus, { range: [-30, 30] }],
  ['gelu', gelu],
  ['geluTanh', geluTanh],
  ['quickGelu', quickGelu],
  ['silu', silu],
  ['relu6', relu6, { range: [-3, 9] }],
  ['clip', (x) => clip(x, -0.5, 0.7)],
  ['pow 2', (x) => pow(x, 2)],
  ['pow 3 of negative numbers', (x) => pow(x, 3)],
  ['pow 1', (x) => pow(x, 1)],
  ['pow -1.5', (x) => pow(x, -1.5), positive],
  ['x * x', (x) => mul(x, x)],
  ['(x + x) / x', (x) => div(add(x, mul(x, x)), x), positive],
  ['scalars on either side', (x) => sub(3, div(2, add(mul(0.5, x), 4))), positive],
  ['a cast to float64 and back', (x) => cast(exp(cast(x, 'float64')), 'float32')],
  ['identity', (x) => emit('Identity', [x], x.dims)],
  ['x * stopGradient(f(x)) where f is constant', (x) => mul(x, stopGradient(greaterThanTwo(x)))],
];

const greaterThanTwo = (x: Value): Value => cast(greater(x, 2), 'float32');

const binaries: readonly [name: string, f: (a: Value, b: Value) => Value, draw?: Draw][] = [
  ['add', add],
  ['sub', sub],
  ['mul', mul],
  ['div', div, positive],
  ['maximum', maximum],
  ['minimum', minimum],
];

/** Shapes that broadcast with `[A, B, C]`, on either side. */
const pairings: readonly [string, (full: number[]) => readonly [Dims, Dims]][] = [
  ['same shape', (full) => [full, full]],
  ['row on the right', (full) => [full, full.slice(2)]],
  [
    'column on the left',
    ([a, b, c]) => [
      [b, 1],
      [a, b, c],
    ],
  ],
  [
    'both stretched',
    ([a, b, c]) => [
      [a, 1, c],
      [b, 1],
    ],
  ],
  ['scalar on the right', (full) => [full, []]],
];

export const elementwiseCases: readonly GradientCase[] = [
  ...unaries.map(
    ([name, f, draw]) =>
      ({
        name,
        build: (make) => f(make.variable(make.shape(), draw)),
      }) satisfies GradientCase,
  ),
  ...binaries.flatMap(([name, f, draw]) =>
    pairings.map(
      ([pairing, dims]) =>
        ({
          name: `${name}, ${pairing}`,
          build: (make) => {
            const [a, b] = dims(make.shape(3));
            return f(make.variable(a, draw), make.variable(b, draw));
          },
        }) satisfies GradientCase,
    ),
  ),
  ...binaries.map(
    ([name, f, draw]) =>
      ({
        name: `${name}, named axes`,
        build: (make) =>
          f(make.variable(['batch', 'length', 3], draw), make.variable(['batch', 1, 3], draw)),
      }) satisfies GradientCase,
  ),
  // At a tie the central difference is 1/2, as is our gradient.
  {
    name: 'maximum and minimum with ties',
    directional: false,
    build: (make) => {
      const [a, b] = [make.variable([4, 3], halves), make.variable([4, 3], halves)];
      return add(maximum(a, b), mul(minimum(a, b), 3));
    },
  },
  {
    name: 'where',
    build: (make) => {
      const dims = make.shape(3);
      const condition = greater(make.graph.constant(conditionOf(dims)), 0);
      return where(condition, make.variable(dims), make.variable(dims));
    },
  },
  {
    name: 'where, all broadcast',
    build: (make) => {
      const [a, b, c] = make.shape(3);
      const condition = greater(make.graph.constant(conditionOf([a, 1, c])), 0);
      return where(condition, make.variable([b, 1]), make.variable([c]));
    },
  },
  {
    name: 'where with a number',
    build: (make) => {
      const x = make.variable(make.shape(2));
      return where(greater(x, 0.2), mul(x, x), 0.04);
    },
  },
];

function conditionOf(dims: readonly number[]) {
  const size = dims.reduce((a, b) => a * b, 1);
  return {
    type: 'float32',
    dims,
    data: Float32Array.from({ length: size }, (_, i) => (i % 3) - 1),
  } as const;
}
