import {
  concat,
  expand,
  expandLike,
  matmul,
  mul,
  pad,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  transposeLast,
  unsqueeze,
} from '@cxrkit/nn';
import type { GradientCase } from '../gradient-cases.js';

export const shapeCases: readonly GradientCase[] = [
  {
    name: 'reshape',
    build: (make) => {
      const [a, b, c] = make.shape(3);
      return reshape(make.variable([a, b, c]), [c * b, a]);
    },
  },
  {
    name: 'reshape, one named axis',
    build: (make) => reshape(make.variable(['batch', 4, 3]), ['batch', 2, 6]),
  },
  {
    name: 'reshape, two named axes',
    build: (make) => reshape(make.variable(['batch', 'length', 6]), ['batch', 'length', 2, 3]),
  },
  { name: 'unsqueeze', build: (make) => unsqueeze(make.variable(make.shape(2)), 1) },
  { name: 'unsqueeze at the end', build: (make) => unsqueeze(make.variable(['batch', 3]), -1) },
  { name: 'squeeze', build: (make) => squeeze(make.variable([make.size(), 1, make.size()]), 1) },
  { name: 'transpose', build: (make) => transpose(make.variable(make.shape(4)), [2, 0, 3, 1]) },
  {
    name: 'transpose of the last axes',
    build: (make) => transposeLast(make.variable(make.shape(3))),
  },
  {
    name: 'concat',
    build: (make) => {
      const [a, b] = make.shape(2);
      const parts = [1, 3, 2].map((size) => make.variable([a, size, b]));
      return concat([parts[0], parts[1], parts[2]], 1);
    },
  },
  {
    name: 'concat of one value with itself, last axis',
    build: (make) => {
      const x = make.variable(['batch', 3]);
      return concat([x, mul(x, x), x], -1);
    },
  },
  {
    name: 'slice',
    build: (make) =>
      slice(make.variable([make.size(), 5, 6]), [
        { axis: 2, start: 1, end: 4 },
        { axis: 1, start: 0, end: 5 },
      ]),
  },
  {
    name: 'slice, named axis kept',
    build: (make) => slice(make.variable(['batch', 5]), [{ axis: 1, start: 2, end: 5 }]),
  },
  {
    name: 'slice, axis counted from the end',
    build: (make) => slice(make.variable([2, 5]), [{ axis: -1, start: 2, end: 5 }]),
  },
  {
    name: 'slice with steps on two axes',
    build: (make) =>
      slice(make.variable([7, make.size(), 8]), [
        { axis: 2, start: 1, end: 8, step: 3 },
        { axis: 0, start: 0, end: 6, step: 2 },
      ]),
  },
  {
    name: 'slice with a step on one axis and a range on the other',
    build: (make) =>
      slice(make.variable([make.size(), 7, 5]), [
        { axis: 1, start: 1, end: 7, step: 2 },
        { axis: 2, start: 1, end: 4 },
      ]),
  },
  {
    name: 'split',
    build: (make) => {
      const [q, k, v] = split(make.variable([make.size(), 6]), 3, -1);
      return mul(q, mul(k, v));
    },
  },
  {
    name: 'pad',
    build: (make) => pad(make.variable(make.shape(4)), [0, 1, 2, 0], [1, 0, 3, 0]),
  },
  { name: 'expand', build: (make) => expand(make.variable([3, 1]), [make.size(), 3, make.size()]) },
  {
    name: 'expand, named axis',
    build: (make) => expand(make.variable(['batch', 1, 3]), ['batch', 4, 3]),
  },
  {
    name: 'expand to the shape of another value',
    build: (make) => {
      const like = make.variable(['batch', 'length']);
      return mul(expandLike(make.variable(['batch', 1]), like), like);
    },
  },
  {
    name: 'matmul of matrices',
    build: (make) => {
      const [m, k, n] = make.shape(3);
      return matmul(make.variable([m, k]), make.variable([k, n]));
    },
  },
  {
    name: 'matmul of a batch with a shared weight',
    build: (make) => {
      const [a, b, m, k, n] = make.shape(5);
      return matmul(make.variable([a, b, m, k]), make.variable([k, n]));
    },
  },
  {
    name: 'matmul of a named batch with a shared weight',
    build: (make) => matmul(make.variable(['batch', 3, 2]), make.variable([2, 4])),
  },
  {
    name: 'matmul, batch axes broadcast both ways',
    build: (make) => {
      const [a, b, m, k, n] = make.shape(5);
      return matmul(make.variable([a, 1, m, k]), make.variable([b, k, n]));
    },
  },
  {
    name: 'matmul of a matrix with a batch',
    build: (make) => {
      const [a, m, k, n] = make.shape(4);
      return matmul(make.variable([m, k]), make.variable([a, k, n]));
    },
  },
];
