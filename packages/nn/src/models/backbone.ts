import { z } from 'zod';
import type { Value } from '../graph/graph.js';
import {
  type MobileNetV2Config,
  mobileNetChannels,
  mobileNetStride,
  mobileNetV2,
} from './mobilenet-v2.js';
import {
  type ResNetConfig,
  type ResNetNames,
  resNet,
  resNetChannels,
  resNetStride,
  TORCHVISION_NAMES,
} from './resnet.js';

/** A convolutional trunk as data: which family, and its sizes. */
export type BackboneConfig =
  | ({ readonly kind: 'resnet' } & ResNetConfig)
  | ({
      readonly kind: 'mobilenet-v2';
      /** `folded`: convolutions with biases and no norm, as the ImageNet weights; `batch`: batch normalisation. */
      readonly normalization: 'folded' | 'batch';
    } & MobileNetV2Config);

const size = z.int().positive();

/** Checks a {@link BackboneConfig}. */
export const backboneSchema: z.ZodType<BackboneConfig> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('resnet'),
    block: z.enum(['basic', 'bottleneck']),
    depths: z.array(size).min(1),
    widths: z.array(size).min(1),
    strides: z.array(size).min(1),
    stemWidth: size,
  }),
  z.strictObject({
    kind: z.literal('mobilenet-v2'),
    normalization: z.enum(['folded', 'batch']),
    stemWidth: size,
    stages: z
      .array(
        z.strictObject({
          expansion: size,
          channels: size,
          repeats: size,
          stride: z.union([z.literal(1), z.literal(2)]),
        }),
      )
      .min(1),
    lastWidth: size.nullable(),
    maxStride: z.exactOptional(size),
    expandEnd: z.exactOptional(z.boolean()),
  }),
]);

/**
 * Builds a trunk: `[B, C, H, W] -> [B, channels, H / stride, W / stride]`.
 *
 * @param name - Prefix of the weights' keys, without the dot.
 * @param names - Key names of a ResNet's parts.
 */
export function backbone(
  x: Value,
  name: string,
  config: BackboneConfig,
  names: ResNetNames = TORCHVISION_NAMES,
): Value {
  if (config.kind === 'resnet') return resNet(x, name, config, names);
  return mobileNetV2(x, name, config, { normalization: config.normalization });
}

/** Channels of the trunk's map. */
export function backboneChannels(config: BackboneConfig): number {
  return config.kind === 'resnet' ? resNetChannels(config) : mobileNetChannels(config);
}

/** Pixels of the input per cell of the map. */
export function backboneStride(config: BackboneConfig): number {
  return config.kind === 'resnet' ? resNetStride(config) : mobileNetStride(config);
}
