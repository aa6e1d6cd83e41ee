import {
  attention,
  batchNorm,
  causalBias,
  conv2d,
  dropout,
  gelu,
  groupNorm,
  layerNorm,
  linear,
  mergeHeads,
  mlp,
  paddingBias,
  resBlock,
  resNet,
  splitHeads,
} from '@cxrkit/nn';
import type { GradientCase } from '../gradient-cases.js';

export const layerCases: readonly GradientCase[] = [
  { name: 'linear', build: (make) => linear(make.variable(make.shape(3)), 'fc', 4) },
  {
    name: 'linear without bias, weight [in, out]',
    build: (make) =>
      linear(make.variable(['batch', 3]), 'fc', 2, { bias: false, layout: 'in-out' }),
  },
  {
    name: 'mlp with gelu',
    build: (make) => mlp(make.variable([2, 3, 4]), ['fc1', 'fc2'], [6, 4], gelu),
  },
  {
    name: 'one weight used twice',
    build: (make) => linear(gelu(linear(make.variable([3, 4]), 'fc', 4)), 'fc', 4),
  },
  {
    name: 'layerNorm',
    build: (make) => layerNorm(make.variable([make.size(), make.size(), make.size(2, 6)]), 'ln'),
  },
  { name: 'layerNorm of a vector', build: (make) => layerNorm(make.variable([5]), 'ln') },
  {
    name: 'layerNorm, named axes',
    build: (make) => layerNorm(make.variable(['batch', 'length', 4]), 'ln', 1e-3),
  },
  {
    name: 'batchNorm in training',
    build: (make) =>
      batchNorm(make.variable([make.size(2, 3), 3, make.size(2), make.size(2)]), 'bn'),
  },
  {
    name: 'batchNorm in training, far from zero',
    build: (make) => batchNorm(make.variable([2, 3, 3, 3], { range: [4, 6] }), 'bn'),
  },
  {
    name: 'batchNorm, frozen',
    build: (make) => batchNorm(make.variable([2, 3, 3, make.size()]), 'bn', { frozen: true }),
  },
  {
    name: 'batchNorm in inference, named batch',
    mode: 'inference',
    build: (make) => batchNorm(make.variable(['batch', 3, 2, 2]), 'bn', { epsilon: 1e-3 }),
  },
  {
    name: 'groupNorm',
    build: (make) => groupNorm(make.variable([make.size(), 6, 2, make.size(2)]), 'gn', 3),
  },
  {
    name: 'attention, causal',
    build: (make) => {
      const [q, k, v] = [0, 1, 2].map(() => make.variable([2, 2, 4, 3]));
      return attention(q, k, v, causalBias(q, 4));
    },
  },
  {
    name: 'attention with a learned bias',
    build: (make) => {
      const [query, key, value] = [3, 5, 5].map((t) => make.variable([2, 2, t, 4]));
      return attention(query, key, value, make.variable([1, 2, 3, 5]));
    },
  },
  {
    name: 'attention from tokens, padding hidden, named axes',
    build: (make) => {
      const x = make.variable(['batch', 'length', 6]);
      const [q, k, v] = ['q', 'k', 'v'].map((name) => splitHeads(linear(x, name, 6), 2));
      const mask = make.integers(['batch', 'length'], 2);
      make.feeds.get(mask.name)?.data.fill(1, 0, 2);
      return mergeHeads(attention(q, k, v, paddingBias(mask)));
    },
  },
  {
    name: 'dropout by a mask',
    build: (make) => dropout(make.variable([3, 4]), make.variable([3, 4], { among: [0, 2] })),
  },
  {
    name: 'conv2d',
    build: (make) => conv2d(make.variable([2, 2, 5, 6]), 'conv', 3, 3, { stride: 2, padding: 1 }),
  },
  {
    name: 'basic block',
    build: (make) => resBlock(make.variable([2, 3, 5, 5]), 'block', 'basic', 3, 1),
  },
  {
    name: 'basic block, stride 2',
    build: (make) => resBlock(make.variable([2, 2, 6, 5]), 'block', 'basic', 3, 2),
  },
  {
    name: 'bottleneck block',
    build: (make) => resBlock(make.variable([2, 8, 4, 4]), 'block', 'bottleneck', 2, 1),
  },
  {
    name: 'bottleneck block, stride 2',
    build: (make) => resBlock(make.variable([2, 4, 5, 6]), 'block', 'bottleneck', 2, 2),
  },
  {
    name: 'a residual network',
    build: (make) =>
      resNet(make.variable([2, 1, 16, 16]), 'trunk', {
        block: 'basic',
        depths: [1, 1],
        widths: [2, 3],
        strides: [1, 2],
        stemWidth: 2,
      }),
  },
];
