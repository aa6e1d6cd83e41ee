import { clip, conv2d, groupNorm, pad, silu, split, upsampleNearest, type Value } from '@cxrkit/nn';
import { convolutionStart as initializer, residualBlock } from '../residual-block.js';
import type { VaeConfig } from './config.js';
import { blockOptions, middleBlock } from './middle-block.js';

/** The Gaussian a picture is encoded to, `[B, C, s, s]` each; not yet multiplied by `latentScale`. */
export interface Posterior {
  readonly mean: Value;
  /** Limited to [-30, 20]. */
  readonly logVariance: Value;
}

/**
 * Encodes pictures `[B, imageChannels, side, side]` in [-1, 1]; weights under `encoder` and `quant_conv`, as diffusers
 * names them (attention by the names of 0.14: `query`, `key`, `value`, `proj_attn`).
 */
export function vaeEncoder(pixels: Value, config: VaeConfig): Posterior {
  const { channels, layersPerLevel, latentChannels } = config;
  const last = channels.length - 1;
  let h = conv2d(pixels, 'encoder.conv_in', channels[0], 3, { padding: 1, initializer });
  for (const [level, count] of channels.entries()) {
    const name = `encoder.down_blocks.${level}`;
    for (let i = 0; i < layersPerLevel; i++)
      h = residualBlock(h, `${name}.resnets.${i}`, count, blockOptions(config));
    if (level < last) h = halve(h, `${name}.downsamplers.0.conv`, count);
  }
  h = middleBlock(h, 'encoder.mid_block', config);
  const moments = finish(h, 'encoder', 2 * latentChannels, config);
  const both = conv2d(moments, 'quant_conv', 2 * latentChannels, 1, { initializer });
  const [mean, logVariance] = split(both, 2, 1);
  return { mean, logVariance: clip(logVariance, -30, 20) };
}

/**
 * Decodes latents `[B, latentChannels, s, s]`, already divided by `latentScale`; weights under `decoder` and
 * `post_quant_conv`.
 *
 * @returns `[B, imageChannels, side, side]`, about [-1, 1] but not limited to it.
 */
export function vaeDecoder(latents: Value, config: VaeConfig): Value {
  const { channels, layersPerLevel, latentChannels, imageChannels } = config;
  const upwards = channels.toReversed();
  let h = conv2d(latents, 'post_quant_conv', latentChannels, 1, { initializer });
  h = conv2d(h, 'decoder.conv_in', upwards[0], 3, { padding: 1, initializer });
  h = middleBlock(h, 'decoder.mid_block', config);
  for (const [level, count] of upwards.entries()) {
    const name = `decoder.up_blocks.${level}`;
    for (let i = 0; i <= layersPerLevel; i++)
      h = residualBlock(h, `${name}.resnets.${i}`, count, blockOptions(config));
    if (level < upwards.length - 1)
      h = conv2d(upsampleNearest(h, 2), `${name}.upsamplers.0.conv`, count, 3, {
        padding: 1,
        initializer,
      });
  }
  return finish(h, 'decoder', imageChannels, config);
}

/** Half the side: zeros at the right and lower edge only, as Stable Diffusion's encoder pads. */
function halve(x: Value, name: string, channels: number): Value {
  const padded = pad(x, [0, 0, 0, 0], [0, 0, 1, 1]);
  return conv2d(padded, name, channels, 3, { stride: 2, initializer });
}

function finish(x: Value, name: string, outChannels: number, config: VaeConfig): Value {
  const { groups, epsilon } = blockOptions(config);
  const h = silu(groupNorm(x, `${name}.conv_norm_out`, groups, epsilon));
  return conv2d(h, `${name}.conv_out`, outChannels, 3, { padding: 1, initializer });
}
