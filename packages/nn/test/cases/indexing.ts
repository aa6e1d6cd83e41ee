import { embedding, gather, gatherElements, mul, oneHot, reduceSum } from '@cxrkit/nn';
import type { GradientCase } from '../gradient-cases.js';

export const indexingCases: readonly GradientCase[] = [
  {
    name: 'gather rows, repeated indices',
    build: (make) => gather(make.variable([5, make.size()]), make.integers(make.shape(2), 5)),
  },
  {
    name: 'gather rows of a large table',
    build: (make) => gather(make.variable([700, 2]), make.integers([3, 5], 700)),
  },
  {
    name: 'gather from a vector',
    build: (make) => gather(make.variable([6]), make.integers([4], 6)),
  },
  {
    name: 'gather one row',
    build: (make) => gather(make.variable([6, 2]), make.integers([], 6)),
  },
  {
    name: 'gather axis 1',
    build: (make) =>
      gather(make.variable([make.size(), 5, make.size()]), make.integers([3, 2], 5), 1),
  },
  {
    name: 'gather last axis',
    build: (make) => gather(make.variable([2, make.size(), 5]), make.integers([6], 5), -1),
  },
  {
    name: 'gather rows of blocks',
    build: (make) => gather(make.variable([4, 2, 3]), make.integers([5], 4)),
  },
  {
    name: 'gather rows by a named number of indices',
    build: (make) => gather(make.variable([5, 3]), make.integers(['batch'], 5)),
  },
  {
    name: 'gather axis 1 of a named batch',
    build: (make) => gather(make.variable(['batch', 5, 3]), make.integers([4], 5), 1),
  },
  {
    name: 'gatherElements, last axis',
    build: (make) => {
      const rows = make.size();
      return gatherElements(make.variable([rows, 6]), make.integers([rows, 3], 6), -1);
    },
  },
  {
    name: 'gatherElements, axis 0, repeated',
    build: (make) => gatherElements(make.variable([3, 4]), make.integers([5, 4], 3), 0),
  },
  {
    name: 'gatherElements, named axis',
    build: (make) => gatherElements(make.variable(['batch', 6]), make.integers(['batch', 1], 6), 1),
  },
  {
    name: 'product with oneHot',
    build: (make) => {
      const classes = oneHot(make.integers([4], 5), 5);
      return reduceSum(mul(make.variable([4, 5]), classes), { axes: [-1] });
    },
  },
  {
    name: 'embedding',
    build: (make) => embedding(make.integers([make.size(), make.size()], 7), 'tokens', 7, 3),
  },
];
