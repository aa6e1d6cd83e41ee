import { float32, InvalidInputError, type Tensor } from '@cxrkit/core';
import { type Dim, staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { batchNorm } from '../layers/batch-norm.js';
import { type Conv2dOptions, conv2d } from '../layers/conv2d.js';
import { add, relu6 } from '../ops/elementwise.js';
import { pad } from '../ops/shape.js';

/** Inverted residual blocks of one width; the first has the stride. */
export interface MobileNetStage {
  /** Inner channels of a block over its input channels; 1 leaves the widening convolution out. */
  readonly expansion: number;
  readonly channels: number;
  readonly repeats: number;
  readonly stride: 1 | 2;
}

/** Size of a MobileNetV2 (Sandler et al. 2018, table 2). */
export interface MobileNetV2Config {
  readonly stemWidth: number;
  readonly stages: readonly MobileNetStage[];
  /** Channels of the last 1x1 convolution; `null` ends with the linear bottleneck of the last block. */
  readonly lastWidth: number | null;
  /**
   * Stops before the block whose stride would exceed this one: 16 gives 96 channels after block 13. The last
   * convolution is then left out too. @defaultValue no stop
   */
  readonly maxStride?: number;
  /**
   * At `maxStride`, adds the widening convolution with ReLU6 of the block it stopped at, as SSDLite does: 16 then
   * gives 576 channels. @defaultValue false
   */
  readonly expandEnd?: boolean;
}

export const MOBILENET_V2: MobileNetV2Config = {
  stemWidth: 32,
  stages: [
    { expansion: 1, channels: 16, repeats: 1, stride: 1 },
    { expansion: 6, channels: 24, repeats: 2, stride: 2 },
    { expansion: 6, channels: 32, repeats: 3, stride: 2 },
    { expansion: 6, channels: 64, repeats: 4, stride: 2 },
    { expansion: 6, channels: 96, repeats: 3, stride: 1 },
    { expansion: 6, channels: 160, repeats: 3, stride: 2 },
    { expansion: 6, channels: 320, repeats: 1, stride: 1 },
  ],
  lastWidth: 1280,
};

export interface MobileNetV2Options {
  /**
   * `folded`: convolutions with bias, for weights into which batch normalisation was folded; `batch`: with batch
   * normalisation, to train from nothing. @defaultValue 'folded'
   */
  readonly normalization?: 'folded' | 'batch';
}

interface Block {
  readonly index: number;
  readonly inner: number;
  readonly expands: boolean;
  readonly channels: number;
  readonly stride: number;
}

/** The blocks that `maxStride` lets through, what they give, and the block it stopped at. */
interface Plan {
  readonly blocks: readonly Block[];
  readonly stopped: Block | undefined;
  readonly stride: number;
  readonly channels: number;
}

function plan({ stemWidth, stages, maxStride = Infinity }: MobileNetV2Config): Plan {
  const blocks: Block[] = [];
  let stride = 2;
  let channels = stemWidth;
  for (const stage of stages)
    for (let i = 0; i < stage.repeats; i++) {
      const block = {
        index: blocks.length + 1,
        inner: channels * stage.expansion,
        expands: stage.expansion !== 1,
        channels: stage.channels,
        stride: i === 0 ? stage.stride : 1,
      };
      if (stride * block.stride > maxStride) return { blocks, stopped: block, stride, channels };
      blocks.push(block);
      stride *= block.stride;
      channels = block.channels;
    }
  return { blocks, stopped: undefined, stride, channels };
}

/** Channels of the feature map. */
export function mobileNetChannels(config: MobileNetV2Config): number {
  const { stopped, channels } = plan(config);
  if (stopped) return config.expandEnd ? stopped.inner : channels;
  return config.lastWidth ?? channels;
}

/** Pixels of the input per cell of the feature map, along each axis (rounded up: see {@link mobileNetV2}). */
export function mobileNetStride(config: MobileNetV2Config): number {
  return plan(config).stride;
}

/**
 * MobileNetV2 without pooling and classifier: `[B, C, H, W] -> [B, channels, ceil(H / stride), ceil(W / stride)]`.
 * Weights are named as in torchvision, `features.0.0.weight` and so on; padding is TensorFlow's SAME, which puts the
 * odd row and column of a stride of 2 after the image.
 *
 * @param x - For the ImageNet weights: pixels / 127.5 - 1, three channels, or one with {@link greyStem}.
 * @param name - Prefix of the weights' keys, without the dot.
 */
export function mobileNetV2(
  x: Value,
  name: string,
  config: MobileNetV2Config,
  options: MobileNetV2Options = {},
): Value {
  const unit = convolutionUnit(options);
  const { blocks, stopped } = plan(config);
  const key = (index: number): string => `${name}.features.${index}`;
  let h = relu6(unit(x, `${key(0)}.0`, `${key(0)}.1`, config.stemWidth, 3, { stride: 2 }));
  for (const block of blocks) h = invertedResidual(h, key(block.index), block, unit);
  const last = blocks.length + 1;
  if (!stopped && config.lastWidth !== null)
    h = relu6(unit(h, `${key(last)}.0`, `${key(last)}.1`, config.lastWidth, 1));
  if (stopped?.expands && config.expandEnd)
    h = relu6(unit(h, `${key(last)}.conv.0.0`, `${key(last)}.conv.0.1`, stopped.inner, 1));
  return h;
}

/** A convolution and its normalisation, whose keys are given apart. */
type Unit = (
  x: Value,
  name: string,
  normName: string,
  channels: number,
  kernel: number,
  options?: Conv2dOptions,
) => Value;

function convolutionUnit({ normalization = 'folded' }: MobileNetV2Options): Unit {
  const isFolded = normalization === 'folded';
  return (x, name, normName, channels, kernel, options) => {
    const y = sameConv2d(x, name, channels, kernel, { ...options, bias: isFolded });
    return isFolded ? y : batchNorm(y, normName);
  };
}

/** Widens, filters each channel, projects without activation; adds the input where shapes allow. */
function invertedResidual(x: Value, name: string, block: Block, unit: Unit): Value {
  const { expands, inner, channels, stride } = block;
  const inputs = staticDim(x.dims[1], 'channels');
  // The linear convolution and its normalisation lie flat in the nn.Sequential; the others are pairs.
  const [depthwise, project] = expands ? [1, 2] : [0, 1];
  const at = (path: string): string => `${name}.conv.${path}`;
  let h = expands ? relu6(unit(x, at('0.0'), at('0.1'), inner, 1)) : x;
  h = relu6(
    unit(h, at(`${depthwise}.0`), at(`${depthwise}.1`), inner, 3, { stride, groups: inner }),
  );
  h = unit(h, at(`${project}`), at(`${project + 1}`), channels, 1);
  return stride === 1 && inputs === channels ? add(x, h) : h;
}

/** TensorFlow's SAME: as many zeros as ceil(size / stride) outputs need, the odd one at the end. */
function sameConv2d(
  x: Value,
  name: string,
  channels: number,
  kernel: number,
  options: Conv2dOptions,
): Value {
  const { stride = 1 } = options;
  const missing = (dim: Dim): number => {
    const size = staticDim(dim, 'image');
    return Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  };
  const [height, width] = [missing(x.dims[2]), missing(x.dims[3])];
  if (height === width && height % 2 === 0)
    return conv2d(x, name, channels, kernel, { ...options, padding: height / 2 });
  const before = [0, 0, Math.floor(height / 2), Math.floor(width / 2)];
  const after = [0, 0, height - before[2], width - before[3]];
  return conv2d(pad(x, before, after), name, channels, kernel, options);
}

/**
 * Weights for one grey channel: the sum of the stem's kernel over R, G and B. The network then gives what it gave for
 * the grey image repeated three times, since all three channels are normalised alike and padded with zeros.
 *
 * @param key - Of the stem's kernel `[out, 3, k, k]`, such as `features.0.0.weight`.
 * @returns A copy of the map with the kernel `[out, 1, k, k]`.
 * @throws {@link InvalidInputError} if there is no such kernel.
 */
export function greyStem(weights: ReadonlyMap<string, Tensor>, key: string): Map<string, Tensor> {
  const kernel = weights.get(key);
  if (kernel?.type !== 'float32' || kernel.dims.length !== 4 || kernel.dims[1] !== 3)
    throw new InvalidInputError(key, 'a float32 kernel [out, 3, k, k]', kernel?.dims ?? 'nothing');
  const { dims, data } = kernel as Tensor<'float32'>;
  const [out, , height, width] = dims;
  const area = height * width;
  const summed = Float32Array.from({ length: out * area }, (_, i) => {
    const start = Math.floor(i / area) * 3 * area + (i % area);
    return data[start] + data[start + area] + data[start + 2 * area];
  });
  return new Map([...weights, [key, float32(summed, [out, 1, height, width])]]);
}
