import { staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { heNormal, type Initializer, zeros } from '../graph/initializers.js';
import { type ConvolutionOptions, convolution } from '../ops/convolution.js';

export interface Conv2dOptions extends ConvolutionOptions {
  /** @defaultValue true */
  readonly bias?: boolean;
  /** @defaultValue He normal, fan-out */
  readonly initializer?: Initializer;
}

/** Convolution with weights `name.weight` `[out, in / groups, k, k]` and `name.bias`. */
export function conv2d(
  x: Value,
  name: string,
  outChannels: number,
  kernel: number,
  options: Conv2dOptions = {},
): Value {
  const { bias = true, initializer = heNormal, groups = 1 } = options;
  const inChannels = staticDim(x.dims[1], `${name} channels`);
  const weight = x.graph.parameter(
    `${name}.weight`,
    [outChannels, inChannels / groups, kernel, kernel],
    { initializer },
  );
  const shift = bias
    ? x.graph.parameter(`${name}.bias`, [outChannels], { initializer: zeros })
    : undefined;
  return convolution(x, weight, shift, options);
}
