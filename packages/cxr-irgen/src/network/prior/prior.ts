import {
  add,
  attention,
  concat,
  conv2d,
  embedding,
  gather,
  gelu,
  layerNorm,
  linear,
  mergeHeads,
  mlp,
  normalInitializer,
  reduceSum,
  reshape,
  splitHeads,
  tanh,
  transpose,
  type Value,
  zeros,
} from '@cxrkit/nn';
import { FINDING_CODES } from '../../prompt/index.js';
import { repeatRows } from '../repeat-rows.js';
import type { PriorConfig } from './config.js';

const initializer = normalInitializer(0.02);

/** The sum of 14 embeddings is about as large as the normalised state that it joins. */
const findingsInitializer = normalInitializer(0.25);

/** What a prior sees. */
export interface PriorInputs {
  /** `[B, C, side, side]`, scaled by the autoencoder's `latentScale`. */
  readonly latents: Value;
  /** int64 `[B, 14]`, {@link findingCodes}; where the config `readsFindings`. */
  readonly findings?: Value;
}

/**
 * Reads a sentence vector off latents with a Vision Transformer (Dosovitskiy et al. 2021).
 *
 * @returns `[B, outputWidth]`; weights by the names of Hugging Face's `ViTModel`.
 */
export function prior({ latents, findings }: PriorInputs, config: PriorConfig): Value {
  const state = toldState(priorState(latents, config), findings, config);
  const vector = linear(state, 'pooler.dense', config.outputWidth, { initializer });
  return config.outputActivation === 'tanh' ? tanh(vector) : vector;
}

/** What the Vision Transformer makes of `[B, C, side, side]`: the last state of its class token, `[B, width]`. */
export function priorState(latents: Value, config: PriorConfig): Value {
  const { layers, epsilon } = config;
  let h = embed(latents, config);
  for (let i = 0; i < layers; i++) h = layer(h, `encoder.layer.${i}`, config);
  const first = h.graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(0n) });
  return gather(layerNorm(h, 'layernorm', epsilon), first, 1);
}

/** Adds to a state `[B, width]` a vector for each of the codes `[B, 14]`, if there are any. */
export function toldState(state: Value, codes: Value | undefined, { width }: PriorConfig): Value {
  if (codes === undefined) return state;
  const vectors = embedding(codes, 'findings', FINDING_CODES, width, findingsInitializer);
  return add(state, reduceSum(vectors, { axes: [1] }));
}

/** `[B, C, side, side]` -> `[B, 1 + patches, width]`, the class token first. */
function embed(latents: Value, { patch, side, width }: PriorConfig): Value {
  const { graph } = latents;
  const name = 'embeddings.patch_embeddings.projection';
  const map = conv2d(latents, name, width, patch, { stride: patch, initializer });
  const [batch] = map.dims;
  const count = (side / patch) ** 2;
  const patches = transpose(reshape(map, [batch, width, count]), [0, 2, 1]);
  const token = graph.parameter('embeddings.cls_token', [1, 1, width], { initializer: zeros });
  const places = graph.parameter('embeddings.position_embeddings', [1, count + 1, width], {
    initializer,
  });
  return add(concat([repeatRows(token, patches), patches], 1), places);
}

/** A pre-norm transformer layer: `[B, T, width]` -> the same. */
function layer(x: Value, name: string, config: PriorConfig): Value {
  const { width, heads, epsilon } = config;
  const normalized = layerNorm(x, `${name}.layernorm_before`, epsilon);
  const [query, key, value] = ['query', 'key', 'value'].map((part) =>
    splitHeads(
      linear(normalized, `${name}.attention.attention.${part}`, width, { initializer }),
      heads,
    ),
  );
  const context = mergeHeads(attention(query, key, value));
  const output = `${name}.attention.output.dense`;
  const h = add(x, linear(context, output, width, { initializer }));
  const names = [`${name}.intermediate.dense`, `${name}.output.dense`] as const;
  const inner = layerNorm(h, `${name}.layernorm_after`, epsilon);
  return add(h, mlp(inner, names, [config.mlp, width], gelu, { initializer }));
}
