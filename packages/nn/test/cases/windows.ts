import {
  averagePool,
  type ConvolutionOptions,
  convolution,
  globalAveragePool,
  maxPool,
  upsampleNearest,
} from '@cxrkit/nn';
import type { GradientCase } from '../gradient-cases.js';

type Sizes = readonly [channels: number, out: number, kernel: number];

const convolutions: readonly [name: string, Sizes, ConvolutionOptions][] = [
  ['3 x 3', [2, 3, 3], { padding: 1 }],
  ['3 x 3 without padding', [2, 3, 3], {}],
  ['3 x 3 with padding 2', [2, 3, 3], { padding: 2 }],
  ['3 x 3, stride 2', [3, 2, 3], { stride: 2, padding: 1 }],
  ['3 x 3, stride 3 without padding', [2, 2, 3], { stride: 3 }],
  ['2 x 2, stride 2', [3, 2, 2], { stride: 2 }],
  ['4 x 4, stride 2', [2, 3, 4], { stride: 2, padding: 1 }],
  ['5 x 5', [1, 2, 5], { padding: 2 }],
  ['7 x 7, stride 2, the stem', [1, 3, 7], { stride: 2, padding: 3 }],
  ['1 x 1', [3, 4, 1], {}],
  ['1 x 1, stride 2', [3, 4, 1], { stride: 2 }],
  ['1 x 1 with padding', [2, 2, 1], { padding: 1 }],
  ['two groups', [4, 6, 3], { padding: 1, groups: 2 }],
  ['three groups, stride 2', [6, 3, 3], { stride: 2, padding: 1, groups: 3 }],
  ['depthwise', [4, 4, 3], { padding: 1, groups: 4 }],
  ['depthwise, stride 2', [4, 4, 3], { stride: 2, padding: 1, groups: 4 }],
  ['depthwise, two results a channel', [3, 6, 3], { padding: 1, groups: 3 }],
  ['depthwise 5 x 5', [2, 2, 5], { padding: 2, groups: 2 }],
];

/** Even and odd sizes, so that strides leave a rest. */
const side = [7, 8, 9] as const;

export const windowCases: readonly GradientCase[] = [
  ...convolutions.flatMap(([name, [channels, out, kernel], options]): GradientCase[] =>
    [true, false].map((bias) => ({
      name: `convolution ${name}${bias ? ', bias' : ''}`,
      build: (make) => {
        const x = make.variable([make.size(1, 2), channels, make.size(7, 9), make.size(7, 9)]);
        const weight = make.variable([out, channels / (options.groups ?? 1), kernel, kernel]);
        return convolution(x, weight, bias ? make.variable([out]) : undefined, options);
      },
    })),
  ),
  {
    name: 'convolution with a window of the whole map',
    build: (make) =>
      convolution(make.variable([2, 3, 4, 4]), make.variable([2, 3, 4, 4]), undefined),
  },
  ...(
    [
      [3, 2, 1],
      [2, 2, 0],
      [3, 1, 1],
      [3, 3, 0],
    ] as const
  ).map(
    ([kernel, stride, padding]): GradientCase => ({
      name: `maxPool ${kernel}, stride ${stride}, padding ${padding}`,
      build: (make) => {
        const x = make.variable([make.size(1, 2), 2, make.size(6, 9), make.size(6, 9)]);
        return maxPool(x, kernel, { stride, padding });
      },
    }),
  ),
  ...side.map(
    (size): GradientCase => ({
      name: `averagePool 2 of ${size}`,
      build: (make) => averagePool(make.variable([2, 2, size, 8]), 2),
    }),
  ),
  { name: 'averagePool 3', build: (make) => averagePool(make.variable([1, 2, 7, 9]), 3) },
  {
    name: 'globalAveragePool',
    build: (make) => globalAveragePool(make.variable([2, 3, make.size(), make.size()])),
  },
  {
    name: 'globalAveragePool of a named batch',
    build: (make) => globalAveragePool(make.variable(['batch', 3, 2, 4])),
  },
  {
    name: 'upsampleNearest 2',
    build: (make) => upsampleNearest(make.variable([2, 2, make.size(), make.size()]), 2),
  },
  {
    name: 'upsampleNearest 3',
    build: (make) => upsampleNearest(make.variable([1, 2, make.size(), make.size()]), 3),
  },
];
