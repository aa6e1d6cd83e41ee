import { staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv2d.js';
import { maxPool } from '../ops/convolution.js';
import { add, relu } from '../ops/elementwise.js';

/** Size of a residual network (He et al. 2016; torchvision's v1.5, stride in the 3x3). */
export interface ResNetConfig {
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of each stage; ResNet-50 has [3, 4, 6, 3]. */
  readonly depths: readonly number[];
  /** Inner channels of each stage; ResNet-50 has [64, 128, 256, 512] and gives four times that. */
  readonly widths: readonly number[];
  /** Stride of each stage; ResNet-50 has [1, 2, 2, 2], total stride 32 with the stem's 4. */
  readonly strides: readonly number[];
  readonly stemWidth: number;
}

export const RESNET_50: ResNetConfig = {
  block: 'bottleneck',
  depths: [3, 4, 6, 3],
  widths: [64, 128, 256, 512],
  strides: [1, 2, 2, 2],
  stemWidth: 64,
};

/** Key names of the parts; torchvision's `conv1, bn1, layer1` or those of an nn.Sequential, `0, 1, 4`. */
export interface ResNetNames {
  readonly conv: string;
  readonly norm: string;
  readonly stage: (index: number) => string;
}

export const TORCHVISION_NAMES: ResNetNames = {
  conv: 'conv1',
  norm: 'bn1',
  stage: (i) => `layer${i + 1}`,
};
export const SEQUENTIAL_NAMES: ResNetNames = { conv: '0', norm: '1', stage: (i) => `${i + 4}` };

/** Channels of the last feature map. */
export function resNetChannels({ block, widths }: ResNetConfig): number {
  return (widths.at(-1) ?? 0) * (block === 'bottleneck' ? 4 : 1);
}

/** Pixels of the input per cell of the last feature map. */
export function resNetStride({ strides }: ResNetConfig): number {
  return strides.reduce((product, stride) => product * stride, 4);
}

/**
 * Residual trunk without pooling and classifier: `[B, C, H, W] -> [B, channels, H / stride, W / stride]`.
 *
 * @param name - Prefix of the weights' keys, without the dot.
 */
export function resNet(
  x: Value,
  name: string,
  config: ResNetConfig,
  names: ResNetNames = TORCHVISION_NAMES,
): Value {
  const stem = conv2d(x, `${name}.${names.conv}`, config.stemWidth, 7, {
    stride: 2,
    padding: 3,
    bias: false,
  });
  let h = maxPool(relu(batchNorm(stem, `${name}.${names.norm}`)), 3, { stride: 2, padding: 1 });
  config.depths.forEach((depth, stage) => {
    for (let i = 0; i < depth; i++) {
      const stride = i === 0 ? config.strides[stage] : 1;
      h = resBlock(
        h,
        `${name}.${names.stage(stage)}.${i}`,
        config.block,
        config.widths[stage],
        stride,
      );
    }
  });
  return h;
}

/** One residual block: relu(branch(x) + shortcut(x)). */
export function resBlock(
  x: Value,
  name: string,
  block: ResNetConfig['block'],
  width: number,
  stride: number,
): Value {
  const out = block === 'bottleneck' ? width * 4 : width;
  const plan =
    block === 'bottleneck'
      ? [
          { channels: width, kernel: 1, step: 1 },
          { channels: width, kernel: 3, step: stride },
          { channels: out, kernel: 1, step: 1 },
        ]
      : [
          { channels: width, kernel: 3, step: stride },
          { channels: width, kernel: 3, step: 1 },
        ];
  let h = x;
  plan.forEach(({ channels, kernel, step }, i) => {
    const options = { stride: step, padding: (kernel - 1) / 2, bias: false };
    h = batchNorm(
      conv2d(h, `${name}.conv${i + 1}`, channels, kernel, options),
      `${name}.bn${i + 1}`,
    );
    if (i < plan.length - 1) h = relu(h);
  });
  const same = stride === 1 && staticDim(x.dims[1], 'channels') === out;
  return relu(add(h, same ? x : shortcut(x, `${name}.downsample`, out, stride)));
}

function shortcut(x: Value, name: string, channels: number, stride: number): Value {
  return batchNorm(conv2d(x, `${name}.0`, channels, 1, { stride, bias: false }), `${name}.1`);
}
