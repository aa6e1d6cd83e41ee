import {
  add,
  attention,
  concat,
  embedding,
  emit,
  gelu,
  int64List,
  layerNorm,
  linear,
  mergeHeads,
  mlp,
  normalInitializer,
  splitHeads,
  type Value,
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

/** Word and position vectors, normalised: int64 ids `[B, T]`, positions `[B, T]` or `[T]` -> `[B, T, width]`. */
export function embedTokens(ids: Value, positions: Value, name: string, config: BartConfig): Value {
  const { vocabulary, width, epsilon } = config;
  const words = embedding(ids, 'model.shared', vocabulary, width, initializer);
  const rows = config.positions + POSITION_OFFSET;
  const shifted = add(positions, POSITION_OFFSET);
  const places = embedding(shifted, `${name}.embed_positions`, rows, width, initializer);
  return layerNorm(add(words, places), `${name}.layernorm_embedding`, epsilon);
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
  bias?: Value,
): Value {
  const query = splitHeads(linear(x, `${name}.q_proj`, width, { initializer }), heads);
  const context = mergeHeads(attention(query, memory.key, memory.value, bias));
  return linear(context, `${name}.out_proj`, width, { initializer });
}

/** Adds what a sublayer gave and normalises (post-norm). */
export function addAndNormalize(
  x: Value,
  change: Value,
  name: string,
  { epsilon }: BartConfig,
): Value {
  return layerNorm(add(x, change), name, epsilon);
}

/** The feed-forward sublayer with its normalisation. */
export function feedForward(x: Value, name: string, config: BartConfig): Value {
  const widths = [config.mlp, config.width] as const;
  const change = mlp(x, [`${name}.fc1`, `${name}.fc2`], widths, gelu, { initializer });
  return addAndNormalize(x, change, `${name}.final_layer_norm`, config);
}
