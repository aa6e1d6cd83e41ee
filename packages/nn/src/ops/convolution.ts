import { InvalidInputError } from '@cxrkit/core';
import { type Dim, staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { emit } from './operand.js';

export interface WindowOptions {
  /** @defaultValue 1 */
  readonly stride?: number;
  /** Zeros added on each side. @defaultValue 0 */
  readonly padding?: number;
}

export interface ConvolutionOptions extends WindowOptions {
  /** @defaultValue 1 */
  readonly groups?: number;
}

/** Size of a spatial axis after a sliding window. */
function windowSize(size: Dim, kernel: number, { stride = 1, padding = 0 }: WindowOptions): number {
  return Math.floor((staticDim(size, 'spatial axis') + 2 * padding - kernel) / stride) + 1;
}

/** Cross-correlation: `[N, C, H, W]` with `[K, C / groups, kh, kw]` (and bias `[K]`) -> `[N, K, H', W']`. */
export function convolution(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  options: ConvolutionOptions = {},
): Value {
  const { stride = 1, padding = 0, groups = 1 } = options;
  const [n, channels, height, width] = x.dims;
  const [k, c, kh, kw] = weight.dims.map((dim) => staticDim(dim, 'convolution weight'));
  if (channels !== c * groups)
    throw new InvalidInputError('convolution input', `${c * groups} channels`, channels);
  const attributes = {
    kernel_shape: [kh, kw],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    group: groups,
  };
  const dims = [n, k, windowSize(height, kh, options), windowSize(width, kw, options)];
  return emit('Conv', bias ? [x, weight, bias] : [x, weight], dims, attributes);
}

/** Largest value of each window, `[N, C, H, W]` -> `[N, C, H', W']`. */
export function maxPool(
  x: Value,
  kernel: number,
  { stride = kernel, padding = 0 }: WindowOptions = {},
): Value {
  const [n, c, height, width] = x.dims;
  const size = (dim: Dim): number => windowSize(dim, kernel, { stride, padding });
  const dims = [n, c, size(height), size(width)];
  const attributes = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  };
  // Indices into the flattened input are asked for only where a gradient needs them.
  const outputs = [
    { type: x.type, dims },
    { type: 'int64' as const, dims },
  ];
  return x.graph.node(
    'MaxPool',
    [x],
    x.graph.mode === 'training' ? outputs : outputs.slice(0, 1),
    attributes,
  )[0];
}

/** Mean over both spatial axes: `[N, C, H, W]` -> `[N, C, 1, 1]`. */
export function globalAveragePool(x: Value): Value {
  return emit('GlobalAveragePool', [x], [x.dims[0], x.dims[1], 1, 1]);
}

/** Mean of each non-overlapping `kernel x kernel` window. */
export function averagePool(x: Value, kernel: number): Value {
  const [n, c, height, width] = x.dims;
  const size = (dim: Dim): number => windowSize(dim, kernel, { stride: kernel });
  return emit('AveragePool', [x], [n, c, size(height), size(width)], {
    kernel_shape: [kernel, kernel],
    strides: [kernel, kernel],
  });
}

/** Repeats each pixel `factor` times along both spatial axes. */
export function upsampleNearest(x: Value, factor: number): Value {
  const [n, c, height, width] = x.dims;
  const scales = x.graph.constant({
    type: 'float32',
    dims: [4],
    data: Float32Array.of(1, 1, factor, factor),
  });
  const dims = [n, c, staticDim(height, 'height') * factor, staticDim(width, 'width') * factor];
  return emit('Resize', [x, undefined, scales], dims, {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  });
}
