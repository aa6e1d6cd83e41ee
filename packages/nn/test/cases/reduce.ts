import {
  l2Normalize,
  logSoftmax,
  logSumExp,
  mul,
  reduceMax,
  reduceMean,
  reduceSum,
  softmax,
  type Value,
} from '@cxrkit/nn';
import type { GradientCase } from '../gradient-cases.js';

const reducers: readonly [string, typeof reduceSum][] = [
  ['reduceSum', reduceSum],
  ['reduceMean', reduceMean],
  ['reduceMax', reduceMax],
];

const alongAxes: readonly [string, (x: Value, axis: number) => Value][] = [
  ['softmax', softmax],
  ['logSoftmax', logSoftmax],
  ['logSumExp', logSumExp],
];

export const reduceCases: readonly GradientCase[] = [
  ...reducers.flatMap(([name, f]): GradientCase[] => [
    { name: `${name}, all axes`, build: (make) => f(make.variable(make.shape())) },
    { name: `${name}, all axes, named`, build: (make) => f(make.variable(['batch', 'length', 2])) },
    { name: `${name}, no axis`, build: (make) => f(make.variable(make.shape(2)), { axes: [] }) },
    {
      name: `${name}, two axes`,
      build: (make) => f(make.variable(make.shape(4)), { axes: [0, -2] }),
    },
    {
      name: `${name}, sizes kept`,
      build: (make) => f(make.variable(make.shape(3)), { axes: [1], keepDims: true }),
    },
    {
      name: `${name}, named axis kept`,
      build: (make) => f(make.variable(['batch', 5]), { axes: [-1] }),
    },
    {
      name: `${name}, named axis reduced`,
      build: (make) => f(make.variable(['batch', 'length', 3]), { axes: [1, 2] }),
    },
  ]),
  {
    name: 'reduceMax with ties of two',
    directional: false,
    build: (make) => reduceMax(make.variable([6, 2], { among: [0.5, 1] }), { axes: [1] }),
  },
  ...alongAxes.flatMap(([name, f]): GradientCase[] => [
    { name: `${name}, last axis`, build: (make) => f(make.variable(make.shape(3)), -1) },
    { name: `${name}, inner axis`, build: (make) => f(make.variable(make.shape(3)), 1) },
    { name: `${name}, named axes`, build: (make) => f(make.variable(['batch', 'length', 4]), 2) },
    {
      name: `${name}, large numbers`,
      build: (make) => f(make.variable([3, 4], { range: [80, 100] }), -1),
    },
  ]),
  {
    name: 'l2Normalize',
    build: (make) => l2Normalize(make.variable([make.size(), make.size(2, 6)])),
  },
  {
    name: 'one value in several places',
    build: (make) => {
      const x = make.variable(make.shape(2));
      return mul(mul(x, reduceMean(x)), softmax(x));
    },
  },
];
