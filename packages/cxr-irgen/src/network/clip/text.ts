import {
  add,
  argMax,
  cast,
  embedding,
  emit,
  equal,
  greater,
  layerNorm,
  matmul,
  mul,
  squeeze,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import type { ClipTextConfig } from './config.js';
import { clipLayer } from './layer.js';

/** A text token by token and as one vector. */
export interface ClipText {
  /** `[B, L, width]`: states after the last normalisation. */
  readonly hidden: Value;
  /** `[B, width]`: the state at the first end token, not projected. */
  readonly pooled: Value;
}

/**
 * Reads texts with the text tower of a CLIP (Radford et al. 2021, section 2.4): a token sees those before it. There is no
 * mask of padding, as Stable Diffusion gives none; what follows the first end token changes nothing before it.
 *
 * @param ids - int64 `[B, L]`, ended and padded by the end token, which has the largest id; L at most `maxLength`.
 * @returns Weights under `text_model`, by the names of Hugging Face's `CLIPTextModel`.
 */
export function clipText(ids: Value, config: ClipTextConfig): ClipText {
  const { vocabulary, maxLength, width, layers, epsilon } = config;
  const name = 'text_model.embeddings';
  const positions = positionsOf(ids);
  const words = embedding(ids, `${name}.token_embedding`, vocabulary, width);
  let h = add(words, embedding(positions, `${name}.position_embedding`, maxLength, width));
  const bias = laterHidden(positions);
  for (let i = 0; i < layers; i++) h = clipLayer(h, `text_model.encoder.layers.${i}`, config, bias);
  const hidden = layerNorm(h, 'text_model.final_layer_norm', epsilon);
  return { hidden, pooled: atFirstEnd(hidden, ids, positions) };
}

/** int64 `[L]`: 0, 1, 2 ... */
function positionsOf(ids: Value): Value {
  const scalar = (value: number): Value =>
    ids.graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(value)) });
  const shape = emit('Shape', [ids], [2], {}, 'int64');
  const length = emit('Gather', [shape, scalar(1)], [], { axis: 0 });
  return emit('Range', [scalar(0), length, scalar(1)], [ids.dims[1]]);
}

/** `[L, L]`, a bias that hides later tokens. */
function laterHidden(positions: Value): Value {
  const isLater = greater(unsqueeze(positions, 0), unsqueeze(positions, 1));
  return mul(cast(isLater, 'float32'), -1e4);
}

/** `[B, L, width]` -> `[B, width]`, by a product with a one-hot row. */
function atFirstEnd(hidden: Value, ids: Value, positions: Value): Value {
  // Of equal ids the first is taken; float32 is exact for ids and known to every runtime's ArgMax.
  const end = unsqueeze(argMax(cast(ids, 'float32'), 1), 1); // [B, 1]
  const row = cast(equal(positions, end), 'float32'); // [B, L]
  return squeeze(matmul(unsqueeze(row, 1), hidden), 1);
}
