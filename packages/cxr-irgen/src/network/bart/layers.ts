import {
  add,
  attention,
  concat,
  type Dims,
  dropout,
  embedding,
  emit,
  equal,
  gelu,
  int64List,
  layerNorm,
  linear,
  matmul,
  mergeHeads,
  mul,
  normalInitializer,
  softmax,
  splitHeads,
  stopGradient,
  transpose,
  unsqueeze,
  type Value,
  where,
} from '@cxrkit/nn';
import type { BartConfig } from './config.js';

/** BART's own initialisation (`init_std`). */
export const initializer: ReturnType<typeof normalInitializer> = normalInitializer(0.02);

/** The position table begins with two rows that are never used. */
const POSITION_OFFSET = 2;

/** Keys and values of one layer, each `[B, heads, S, d]`. */
export interface KeyValue {
  readonly key: Value;
  readonly value: Value;
}

/**
 * Declares a dropout mask of some shape, 0 or 1 / (1 - p), where Hugging Face's BART drops: embeddings, attention weights,
 * activations, and what a sublayer adds.
 */
export type DropoutMasks = (dims: Dims) => Value;

/**
 * Word and position vectors, normalised: int64 ids `[B, T]`, positions `[B, T]` or `[T]` -> `[B, T, width]`. Training
 * does not change the vector of PAD by its look-ups (torch's `padding_idx`), only as a row of the tied head.
 */
export function embedTokens(
  ids: Value,
  positions: Value,
  name: string,
  config: BartConfig,
  masks?: DropoutMasks,
): Value {
  const { vocabulary, width, epsilon, padTokenId } = config;
  const found = embedding(ids, 'model.shared', vocabulary, width, initializer);
  const isPad = (): Value => unsqueeze(equal(ids, padTokenId), 2);
  const words = ids.graph.mode === 'training' ? where(isPad(), stopGradient(found), found) : found;
  const rows = config.positions + POSITION_OFFSET;
  const shifted = add(positions, POSITION_OFFSET);
  const places = embedding(shifted, `${name}.embed_positions`, rows, width, initializer);
  return dropped(layerNorm(add(words, places), `${name}.layernorm_embedding`, epsilon), masks);
}

/** int64 `[T]`: 0, 1, 2 ... for ids `[B, T]`. */
export function positionsOf(ids: Value): Value {
  const length = ids.dims[1];
  if (typeof length === 'number') return int64List(ids, [...Array(length).keys()]);
  const scalar = (value: number): Value =>
    ids.graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(value)) });
  const shape = emit('Shape', [ids], [2], {}, 'int64');
  const end = emit('Gather', [shape, scalar(1)], [], { axis: 0 });
  return emit('Range', [scalar(0), end, scalar(1)], [length]);
}

/** Projects `x` `[B, T, width]` to keys and values, after those of `past`. */
export function keysAndValues(
  x: Value,
  name: string,
  { width, heads }: BartConfig,
  past?: KeyValue,
): KeyValue {
  const project = (part: string): Value =>
    splitHeads(linear(x, `${name}.${part}`, width, { initializer }), heads);
  const [key, value] = [project('k_proj'), project('v_proj')];
  if (!past) return { key, value };
  return { key: concat([past.key, key], 2), value: concat([past.value, value], 2) };
}

/** Attention of `x` `[B, T, width]` to what stands in `memory`; `bias` as of nn's `attention`. */
export function attend(
  x: Value,
  memory: KeyValue,
  name: string,
  { width, heads }: BartConfig,
  { bias, masks }: { readonly bias?: Value | undefined; readonly masks?: DropoutMasks | undefined },
): Value {
  const query = splitHeads(linear(x, `${name}.q_proj`, width, { initializer }), heads);
  const seen = masks
    ? droppedAttention(query, memory, bias, masks)
    : attention(query, memory.key, memory.value, bias);
  return linear(mergeHeads(seen), `${name}.out_proj`, width, { initializer });
}

/** nn's `attention` with dropout of its weights. */
function droppedAttention(
  query: Value,
  { key, value }: KeyValue,
  bias: Value | undefined,
  masks: DropoutMasks,
): Value {
  const scale = 1 / Math.sqrt(Number(query.dims[3]));
  const scores = mul(matmul(query, transpose(key, [0, 1, 3, 2])), scale);
  return matmul(dropped(softmax(bias ? add(scores, bias) : scores), masks), value);
}

/** @returns `x` with a mask of its shape, if there are masks. */
function dropped(x: Value, masks: DropoutMasks | undefined): Value {
  return dropout(x, masks?.(x.dims));
}

/** Adds what a sublayer gave and normalises (post-norm). */
export function addAndNormalize(
  x: Value,
  change: Value,
  name: string,
  { epsilon }: BartConfig,
  masks?: DropoutMasks,
): Value {
  return layerNorm(add(x, dropped(change, masks)), name, epsilon);
}

/** The feed-forward sublayer with its normalisation. */
export function feedForward(
  x: Value,
  name: string,
  config: BartConfig,
  masks?: DropoutMasks,
): Value {
  const active = gelu(linear(x, `${name}.fc1`, config.mlp, { initializer }));
  const change = linear(dropped(active, masks), `${name}.fc2`, config.width, { initializer });
  return addAndNormalize(x, change, `${name}.final_layer_norm`, config, masks);
}
