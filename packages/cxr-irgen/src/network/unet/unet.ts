import { InvalidInputError } from '@cxrkit/core';
import {
  concat,
  conv2d,
  groupNorm,
  linear,
  silu,
  upsampleNearest,
  type Value,
  zeros,
} from '@cxrkit/nn';
import {
  convolutionStart as initializer,
  type ResidualBlockOptions,
  residualBlock,
} from '../residual-block.js';
import { timestepEmbedding } from '../timestep-embedding.js';
import type { UNetConfig } from './config.js';
import { spatialTransformer } from './spatial-transformer.js';

/** What every level of one UNet shares. */
interface Shared {
  readonly config: UNetConfig;
  readonly context: Value;
  readonly blocks: ResidualBlockOptions;
}

/**
 * Predicts noise with Stable Diffusion's UNet (Rombach et al. 2022).
 *
 * @param latents - `[B, C, side, side]`.
 * @param timesteps - float32 `[B]`, 0 to 999.
 * @param context - `[B, L, contextWidth]`, any number of tokens.
 * @returns Noise of the shape of `latents`; weights by diffusers' names.
 * @throws {@link InvalidInputError} for context of another width.
 */
export function uNet(latents: Value, timesteps: Value, context: Value, config: UNetConfig): Value {
  if (context.dims[2] !== config.contextWidth)
    throw new InvalidInputError('context', `width ${config.contextWidth}`, context.dims[2]);
  const time = silu(embedTime(timesteps, config.channels[0]));
  const blocks = { ...blockNorms(config), time, lastInitializer: zeros };
  const shared = { config, context, blocks };
  const first = conv2d(latents, 'conv_in', config.channels[0], 3, { padding: 1, initializer });
  const skips = downwards(first, shared);
  const lowest = middle(skips[skips.length - 1], shared);
  const h = upwards(lowest, skips, shared);
  const { groups, epsilon } = blocks;
  const finished = silu(groupNorm(h, 'conv_norm_out', groups, epsilon));
  return conv2d(finished, 'conv_out', config.latentChannels, 3, { padding: 1, initializer: zeros });
}

function blockNorms({ groups }: UNetConfig): { groups: number; epsilon: number } {
  return { groups, epsilon: 1e-5 };
}

/** Float `[B]` -> `[B, 4 * width]`. */
function embedTime(timesteps: Value, width: number): Value {
  const wave = timestepEmbedding(timesteps, width);
  const hidden = silu(linear(wave, 'time_embedding.linear_1', 4 * width));
  return linear(hidden, 'time_embedding.linear_2', 4 * width);
}

/** @returns All maps on the way down, first and last included; upwards takes them from the end. */
function downwards(first: Value, shared: Shared): Value[] {
  const { channels, layersPerLevel } = shared.config;
  const maps = [first];
  let h = first;
  for (const [level, count] of channels.entries()) {
    const name = `down_blocks.${level}`;
    for (let i = 0; i < layersPerLevel; i++) {
      h = layer(h, name, i, level, shared);
      maps.push(h);
    }
    if (level === channels.length - 1) continue;
    h = conv2d(h, `${name}.downsamplers.0.conv`, count, 3, { stride: 2, padding: 1, initializer });
    maps.push(h);
  }
  return maps;
}

function middle(x: Value, { config, context, blocks }: Shared): Value {
  const channels = config.channels[config.channels.length - 1];
  const h = residualBlock(x, 'mid_block.resnets.0', channels, blocks);
  const attended = spatialTransformer(h, context, 'mid_block.attentions.0', config);
  return residualBlock(attended, 'mid_block.resnets.1', channels, blocks);
}

function upwards(lowest: Value, skips: readonly Value[], shared: Shared): Value {
  const { channels, layersPerLevel } = shared.config;
  const waiting = [...skips];
  let h = lowest;
  for (const [block, level] of [...channels.keys()].toReversed().entries()) {
    const name = `up_blocks.${block}`;
    for (let i = 0; i <= layersPerLevel; i++) {
      const joined = concat([h, ...waiting.splice(-1)], 1);
      h = layer(joined, name, i, level, shared);
    }
    if (level === 0) continue;
    const larger = upsampleNearest(h, 2);
    const upsampler = `${name}.upsamplers.0.conv`;
    h = conv2d(larger, upsampler, channels[level], 3, { padding: 1, initializer });
  }
  return h;
}

/** A residual block and, where the level attends, a transformer. */
function layer(x: Value, name: string, i: number, level: number, shared: Shared): Value {
  const { config, context, blocks } = shared;
  const h = residualBlock(x, `${name}.resnets.${i}`, config.channels[level], blocks);
  if (!config.attention[level]) return h;
  return spatialTransformer(h, context, `${name}.attentions.${i}`, config);
}
