import { add, concat, conv2d, gather, layerNorm, reshape, transpose, type Value } from '@cxrkit/nn';
import { repeatRows } from '../repeat-rows.js';
import type { ClipVisionConfig } from './config.js';
import { clipLayer, clipStart as initializer } from './layer.js';

/**
 * Reads pictures with the vision tower of a CLIP (Radford et al. 2021, section 2.4; Dosovitskiy et al. 2021).
 *
 * @param pixels - `[B, channels, side, side]`, normalised.
 * @returns `[B, width]`: the normalised last state of the class token, not projected; weights under `vision_model`, by the
 *   names of Hugging Face's `CLIPVisionModel`.
 */
export function clipVision(pixels: Value, config: ClipVisionConfig): Value {
  const { layers, epsilon } = config;
  let h = layerNorm(embed(pixels, config), 'vision_model.pre_layrnorm', epsilon); // spelt so there
  for (let i = 0; i < layers; i++) h = clipLayer(h, `vision_model.encoder.layers.${i}`, config);
  const first = h.graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(0n) });
  return layerNorm(gather(h, first, 1), 'vision_model.post_layernorm', epsilon);
}

/** `[B, channels, side, side]` -> `[B, 1 + patches, width]`, the class token first, then row by row. */
function embed(pixels: Value, { patch, side, width }: ClipVisionConfig): Value {
  const { graph } = pixels;
  const name = 'vision_model.embeddings';
  const options = { stride: patch, bias: false, initializer };
  const map = conv2d(pixels, `${name}.patch_embedding`, width, patch, options);
  const count = (side / patch) ** 2;
  const patches = transpose(reshape(map, [map.dims[0], width, count]), [0, 2, 1]);
  const token = graph.parameter(`${name}.class_embedding`, [width], { initializer });
  const tokens = concat([repeatRows(reshape(token, [1, 1, width]), patches), patches], 1);
  const table = [count + 1, width];
  return add(tokens, graph.parameter(`${name}.position_embedding.weight`, table, { initializer }));
}
