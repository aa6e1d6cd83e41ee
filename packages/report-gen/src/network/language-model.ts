import {
  add,
  attention,
  concat,
  embedding,
  geluTanh,
  type Initializer,
  layerNorm,
  linear,
  matmul,
  mergeHeads,
  mlp,
  normalInitializer,
  relu,
  split,
  splitHeads,
  transpose,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import type { ReportGeneratorConfig } from './config.js';

const PROJECTION = 'language_model.feature_space_transformation_nn';
const TRANSFORMER = 'language_model.gpt_with_lm_head.transformer';
/** GPT-2's own initialisation (Radford et al. 2019). */
const deviation = 0.02;

/** Keys and values of one layer, each `[N, heads, S, d]`. */
export interface KeyValue {
  readonly key: Value;
  readonly value: Value;
}

/** Moves region features `[N, D_in]` into the decoder's space: `[N, width]`. */
export function projectRegion(features: Value, { width }: ReportGeneratorConfig): Value {
  return mlp(features, [`${PROJECTION}.0`, `${PROJECTION}.2`], [width, width], relu);
}

/** The key and value of one layer that stand for the picture, `[N, heads, 1, d]` (pseudo self-attention, Ziegler et al. 2019). */
export function regionKeyValue(
  projected: Value,
  layer: number,
  { width, heads }: ReportGeneratorConfig,
): KeyValue {
  const project = (part: string): Value => {
    const row = linear(projected, `${TRANSFORMER}.h.${layer}.attn.${part}`, width);
    return splitHeads(unsqueeze(row, 1), heads);
  };
  return { key: project('uk'), value: project('uv') };
}

/** Token and position vectors: int64 ids `[N, T]`, positions `[N, T]` or `[T]` -> `[N, T, width]`. */
export function embedTokens(ids: Value, positions: Value, config: ReportGeneratorConfig): Value {
  const { vocabulary, width } = config;
  const words = embedding(ids, `${TRANSFORMER}.wte`, vocabulary, width);
  const places =
    config.positionTable === 'wte'
      ? embedding(positions, `${TRANSFORMER}.wte`, vocabulary, width)
      : embedding(positions, `${TRANSFORMER}.wpe`, config.positions, width);
  return add(words, places);
}

/**
 * One block of the decoder.
 *
 * @param x - `[N, T, width]`.
 * @param past - What was said before, `[N, heads, S, d]`; slot 0 is the picture.
 * @param bias - `[1, 1, T, S + T]` that hides later tokens; not needed for one token at a time.
 * @returns The new `[N, T, width]` and the keys and values with this call's added, `[N, heads, S + T, d]`.
 */
export function decoderBlock(
  x: Value,
  layer: number,
  past: KeyValue,
  config: ReportGeneratorConfig,
  bias?: Value,
): { x: Value; present: KeyValue } {
  const { width, heads, layers, epsilon } = config;
  const name = `${TRANSFORMER}.h.${layer}`;
  const residual = normalInitializer(deviation / Math.sqrt(2 * layers));
  const projection = linear(
    layerNorm(x, `${name}.ln_1`, epsilon),
    `${name}.attn.c_attn`,
    3 * width,
    conv1d(normalInitializer(deviation)),
  );
  const [query, key, value] = split(projection, 3, 2).map((part) => splitHeads(part, heads));
  const present = {
    key: concat([past.key, key], 2),
    value: concat([past.value, value], 2),
  };
  const context = mergeHeads(attention(query, present.key, present.value, bias));
  const h = add(x, linear(context, `${name}.attn.c_proj`, width, conv1d(residual)));
  const normalized = layerNorm(h, `${name}.ln_2`, epsilon);
  const inner = geluTanh(
    linear(normalized, `${name}.mlp.c_fc`, config.mlp, conv1d(normalInitializer(deviation))),
  );
  return { x: add(h, linear(inner, `${name}.mlp.c_proj`, width, conv1d(residual))), present };
}

/** Final normalisation and the head tied to the word table: `[N, T, width]` -> logits `[N, T, V]`. */
export function nextTokenLogits(
  x: Value,
  { vocabulary, width, epsilon }: ReportGeneratorConfig,
): Value {
  const table = x.graph.parameter(`${TRANSFORMER}.wte.weight`, [vocabulary, width], {
    initializer: normalInitializer(deviation),
  });
  return matmul(layerNorm(x, `${TRANSFORMER}.ln_f`, epsilon), transpose(table, [1, 0]));
}

/** GPT-2's Conv1D keeps its weights as `[in, out]`. */
function conv1d(initializer: Initializer): { layout: 'in-out'; initializer: Initializer } {
  return { layout: 'in-out', initializer };
}
