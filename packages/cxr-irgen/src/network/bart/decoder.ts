import {
  add,
  causalBias,
  linear,
  matmul,
  mergeHeads,
  mul,
  paddingBias,
  splitHeads,
  transpose,
  unsqueeze,
  type Value,
  zeros,
} from '@cxrkit/nn';
import type { BartConfig } from './config.js';
import {
  addAndNormalize,
  attend,
  type DropoutMasks,
  embedTokens,
  feedForward,
  initializer,
  type KeyValue,
  keysAndValues,
  positionsOf,
} from './layers.js';

const DECODER = 'model.decoder';

/** How a decoder attends to its one memory token. */
export interface DecoderOptions {
  /** int64 `[B, T]`, 0 hides a token of the decoder's input. @defaultValue all are seen */
  readonly mask?: Value;
  /**
   * `full` computes queries, keys and a softmax over the one memory token; `one-key` leaves out what cannot change the
   * result, as that softmax is 1. @defaultValue 'one-key'
   */
  readonly crossAttention?: 'one-key' | 'full';
  /** Of dropout. @defaultValue nothing is dropped */
  readonly masks?: DropoutMasks | undefined;
}

/**
 * Reads a text while it is written from one memory token: logits of the next token at every place.
 *
 * @param ids - int64 `[B, T]` of fixed T: EOS, then the text without its last token.
 * @param memory - `[B, width]`, a vector of `bartEncoder` or of the prior.
 * @returns `[B, T, V]`; weights by Hugging Face's names under `model.decoder`, `model.shared`, `final_logits_bias`.
 */
export function bartDecoder(
  ids: Value,
  memory: Value,
  config: BartConfig,
  { mask, crossAttention = 'one-key', masks }: DecoderOptions = {},
): Value {
  const causal = causalBias(memory, ids.dims[1]);
  const bias = mask ? add(causal, paddingBias(mask)) : causal;
  const source = unsqueeze(memory, 1);
  let h = embedTokens(ids, positionsOf(ids), DECODER, config, masks);
  for (let i = 0; i < config.decoderLayers; i++) {
    const cross = (x: Value): Value =>
      crossAttention === 'full'
        ? fullCrossAttention(x, source, i, config, masks)
        : crossVector(source, i, config, masks?.([x.dims[0], config.heads, x.dims[1], 1]));
    h = decoderLayer(h, i, cross, config, { bias, masks }).x;
  }
  return nextTokenLogits(h, config);
}

/**
 * Attention to one key adds this to every place: out_proj(v_proj(memory)); `[B, 1, width]` -> the same.
 *
 * @param mask - `[B, heads, T, 1]`, of dropout: the one weight that is dropped is a whole head of a place; the result is
 *   then `[B, T, width]`.
 */
export function crossVector(
  source: Value,
  layer: number,
  { width, heads }: BartConfig,
  mask?: Value,
): Value {
  const name = crossName(layer);
  const value = linear(source, `${name}.v_proj`, width, { initializer });
  const kept = mask ? mergeHeads(mul(splitHeads(value, heads), mask)) : value;
  return linear(kept, `${name}.out_proj`, width, { initializer });
}

function fullCrossAttention(
  x: Value,
  source: Value,
  layer: number,
  config: BartConfig,
  masks?: DropoutMasks,
): Value {
  const name = crossName(layer);
  return attend(x, keysAndValues(source, name, config), name, config, { masks });
}

const crossName = (layer: number): string => `${DECODER}.layers.${layer}.encoder_attn`;

/** Token and position vectors of the decoder. */
export function embedDecoderTokens(ids: Value, positions: Value, config: BartConfig): Value {
  return embedTokens(ids, positions, DECODER, config);
}

/**
 * One layer of the decoder.
 *
 * @param x - `[B, T, width]`.
 * @param cross - Gives what attention to the memory adds.
 * @param self - Keys and values of the places before, a bias that hides later ones, and dropout.
 * @returns The new `[B, T, width]` and the keys and values with this call's added.
 */
export function decoderLayer(
  x: Value,
  layer: number,
  cross: (x: Value) => Value,
  config: BartConfig,
  self: {
    readonly past?: KeyValue;
    readonly bias?: Value;
    readonly masks?: DropoutMasks | undefined;
  },
): { x: Value; present: KeyValue } {
  const { past, bias, masks } = self;
  const name = `${DECODER}.layers.${layer}`;
  const present = keysAndValues(x, `${name}.self_attn`, config, past);
  const own = attend(x, present, `${name}.self_attn`, config, { bias, masks });
  const h = addAndNormalize(x, own, `${name}.self_attn_layer_norm`, config, masks);
  const informed = addAndNormalize(h, cross(h), `${name}.encoder_attn_layer_norm`, config, masks);
  return { x: feedForward(informed, name, config, masks), present };
}

/** The head tied to the word table: `[B, T, width]` -> logits `[B, T, V]`. */
export function nextTokenLogits(x: Value, { vocabulary, width }: BartConfig): Value {
  const table = x.graph.parameter('model.shared.weight', [vocabulary, width], { initializer });
  // A buffer of the published model, which training leaves alone.
  const bias = x.graph.parameter('final_logits_bias', [1, vocabulary], {
    initializer: zeros,
    trainable: false,
  });
  return add(matmul(x, transpose(table, [1, 0])), bias);
}
