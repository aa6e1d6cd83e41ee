import { InvalidInputError } from '@cxrkit/core';
import {
  add,
  attention,
  concat,
  conv2d,
  gelu,
  layerNorm,
  linear,
  mergeHeads,
  mlp,
  normalInitializer,
  reshape,
  slice,
  split,
  splitHeads,
  transpose,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import { convolutionStart } from '../residual-block.js';
import { timestepEmbedding } from '../timestep-embedding.js';
import type { UVitConfig } from './config.js';

const initializer = normalInitializer(0.02);

/**
 * Predicts noise with a transformer whose later blocks see the earlier ones (Bao et al. 2023, figure 2): the tokens are
 * the context, the time and the patches; block k from the end gets the output of block k from the start.
 *
 * @param latents - `[B, C, side, side]`.
 * @param timesteps - float32 `[B]`, 0 to 999.
 * @param context - `[B, contextTokens, contextWidth]`.
 * @returns Noise of the shape of `latents`; weights by the names of U-ViT's `libs/uvit.py` (`context_embed` of `libs/uvit_t2i.py`).
 * @throws {@link InvalidInputError} for another number of context tokens.
 */
export function uVit(latents: Value, timesteps: Value, context: Value, config: UVitConfig): Value {
  const { width, depth } = config;
  const extras = config.contextTokens + 1;
  const patches = embedPatches(latents, config);
  const time = unsqueeze(timestepEmbedding(timesteps, width), 1);
  const tokens = concat([embedContext(context, config), time, patches], 1);
  const places = [1, extras + (config.side / config.patch) ** 2, width];
  let x = add(tokens, latents.graph.parameter('pos_embed', places, { initializer }));
  const skips: Value[] = [];
  for (let i = 0; i < depth / 2; i++) {
    x = block(x, `in_blocks.${i}`, config);
    skips.push(x);
  }
  x = block(x, 'mid_block', config);
  for (const [i, skip] of skips.toReversed().entries()) {
    const joined = concat([x, skip], 2);
    x = linear(joined, `out_blocks.${i}.skip_linear`, width, { initializer });
    x = block(x, `out_blocks.${i}`, config);
  }
  return toMap(layerNorm(x, 'norm'), extras, config);
}

function embedContext(context: Value, { contextTokens, contextWidth, width }: UVitConfig): Value {
  if (context.dims[1] !== contextTokens)
    throw new InvalidInputError('context', `${contextTokens} tokens`, context.dims[1]);
  return contextWidth === null ? context : linear(context, 'context_embed', width, { initializer });
}

/** `[B, C, side, side]` -> `[B, patches, width]`, row by row. */
function embedPatches(latents: Value, { patch, side, width }: UVitConfig): Value {
  const map = conv2d(latents, 'patch_embed.proj', width, patch, {
    stride: patch,
    initializer: convolutionStart,
  });
  return transpose(reshape(map, [map.dims[0], width, (side / patch) ** 2]), [0, 2, 1]);
}

/** A pre-norm transformer block: `[B, T, width]` -> the same. */
function block(x: Value, name: string, { width, heads, mlp: hidden }: UVitConfig): Value {
  const qkv = linear(layerNorm(x, `${name}.norm1`), `${name}.attn.qkv`, 3 * width, {
    bias: false,
    initializer,
  });
  const [query, key, value] = split(qkv, 3, 2).map((part) => splitHeads(part, heads));
  const attended = mergeHeads(attention(query, key, value));
  const h = add(x, linear(attended, `${name}.attn.proj`, width, { initializer }));
  const names = [`${name}.mlp.fc1`, `${name}.mlp.fc2`] as const;
  return add(h, mlp(layerNorm(h, `${name}.norm2`), names, [hidden, width], gelu, { initializer }));
}

/** Drops the extra tokens and lays the patches, (row, column, channel) inside, back on the map. */
function toMap(x: Value, extras: number, config: UVitConfig): Value {
  const { patch, side, latentChannels } = config;
  const count = side / patch;
  const pixels = linear(x, 'decoder_pred', patch * patch * latentChannels, { initializer });
  const tokens = slice(pixels, [{ axis: 1, start: extras, end: extras + count * count }]);
  const [batch] = x.dims;
  const grid = reshape(tokens, [batch, count, count, patch, patch, latentChannels]);
  const map = reshape(transpose(grid, [0, 5, 1, 3, 2, 4]), [batch, latentChannels, side, side]);
  return conv2d(map, 'final_layer', latentChannels, 3, {
    padding: 1,
    initializer: convolutionStart,
  });
}
