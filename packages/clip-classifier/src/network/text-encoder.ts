import {
  add,
  attention,
  cast,
  embedding,
  emit,
  equal,
  gather,
  gelu,
  l2Normalize,
  layerNorm,
  linear,
  matmul,
  mergeHeads,
  normalInitializer,
  paddingBias,
  reduceSum,
  splitHeads,
  squeeze,
  sub,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import type { ClipConfig } from './config.js';
import type { Encoded } from './image-encoder.js';

/** A text as one vector and token by token. */
export interface EncodedText extends Encoded {
  /** `[B, L, W]` last hidden states; rows of padding mean nothing. */
  readonly hidden: Value;
}

const initializer = normalInitializer(0.02);

/**
 * Text tower: a BERT (Devlin et al. 2019, post-norm) read at its last token ([SEP]).
 *
 * @param ids - int64 `[B, L]`.
 * @param mask - int64 `[B, L]`, 1 = token, 0 = padding at the end.
 * @returns Weights under `text_encoder.text_encoder` (Hugging Face's BertModel names) and `text_projection.projection`.
 */
export function textEncoder(ids: Value, mask: Value, config: ClipConfig): EncodedText {
  const { text } = config;
  const prefix = 'text_encoder.text_encoder';
  const positions = positionsOf(ids);
  let h = embeddings(ids, positions, `${prefix}.embeddings`, text);
  const bias = paddingBias(mask);
  for (let i = 0; i < text.layers; i++)
    h = bertLayer(h, bias, `${prefix}.encoder.layer.${i}`, text);
  const features = lastToken(h, mask, positions);
  return {
    hidden: h,
    features,
    embedding: l2Normalize(linear(features, 'text_projection.projection', config.embedding)),
  };
}

/** int64 `[L]`: 0, 1, 2 ... */
function positionsOf(ids: Value): Value {
  const scalar = (value: number): Value =>
    ids.graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(value)) });
  const shape = emit('Shape', [ids], [2], {}, 'int64');
  const length = emit('Gather', [shape, scalar(1)], [], { axis: 0 });
  return emit('Range', [scalar(0), length, scalar(1)], [ids.dims[1]]);
}

function embeddings(ids: Value, positions: Value, name: string, text: ClipConfig['text']): Value {
  const words = embedding(ids, `${name}.word_embeddings`, text.vocabulary, text.width);
  const { positions: rows = text.maxLength } = text;
  const places = embedding(positions, `${name}.position_embeddings`, rows, text.width);
  // One segment only: row 0 of BERT's two token types.
  const types = ids.graph.parameter(`${name}.token_type_embeddings.weight`, [2, text.width], {
    initializer,
  });
  const zero = ids.graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(0n) });
  return layerNorm(add(add(words, places), gather(types, zero)), `${name}.LayerNorm`, text.epsilon);
}

function bertLayer(x: Value, bias: Value, name: string, text: ClipConfig['text']): Value {
  const project = (part: string, width = text.width, from = x): Value =>
    linear(from, `${name}.${part}`, width, { initializer });
  const [query, key, value] = ['query', 'key', 'value'].map((part) =>
    splitHeads(project(`attention.self.${part}`), text.heads),
  );
  const context = mergeHeads(attention(query, key, value, bias));
  const attended = add(x, project('attention.output.dense', text.width, context));
  const h = layerNorm(attended, `${name}.attention.output.LayerNorm`, text.epsilon);
  const inner = gelu(project('intermediate.dense', text.hidden, h));
  return layerNorm(
    add(h, project('output.dense', text.width, inner)),
    `${name}.output.LayerNorm`,
    text.epsilon,
  );
}

/** Picks `[B, D]` at index sum(mask) - 1 ("eos" pooling, CXR-CLIP `clip.py:59-62`) by a product with a one-hot row. */
function lastToken(h: Value, mask: Value, positions: Value): Value {
  const last = sub(reduceSum(mask, { axes: [1], keepDims: true }), 1); // [B, 1]
  const row = cast(equal(positions, last), 'float32'); // [B, L]
  return squeeze(matmul(unsqueeze(row, 1), h), 1);
}
