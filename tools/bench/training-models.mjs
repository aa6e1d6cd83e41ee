import { float32, int64 } from '@cxrkit/core';
import {
  add,
  attention,
  causalBias,
  conv2d,
  embedding,
  Graph,
  gelu,
  globalAveragePool,
  layerNorm,
  linear,
  mergeHeads,
  mlp,
  normalInitializer,
  reduceMean,
  relu,
  reshape,
  split,
  splitHeads,
} from '@cxrkit/nn';
import { crossEntropy } from '@cxrkit/nn/train';

/** @typedef {import('@cxrkit/nn').Value} Value */
/** @typedef {import('@cxrkit/core').Tensor} Tensor */
/** @typedef {{ graph: Graph, loss: Value, batch: Record<string, Tensor> }} TrainingModel */

/** Four convolutions 32-64-128-128 on 16 pictures of 64 x 64; 0.24 M weights. As in `torch_step.py`. */
export function convolutionalNetwork() {
  const graph = new Graph('training');
  let h = graph.input('x', 'float32', [16, 1, 64, 64]);
  const y = graph.input('y', 'int64', [16]);
  const widths = [32, 64, 128, 128];
  const strides = [1, 2, 2, 1];
  widths.forEach((width, i) => {
    h = relu(conv2d(h, `c${i}`, width, 3, { stride: strides[i], padding: 1 }));
  });
  const logits = linear(reshape(globalAveragePool(h), [16, 128]), 'fc', 10);
  return {
    graph,
    loss: reduceMean(crossEntropy(logits, y)),
    batch: {
      x: float32(noise(16 * 64 * 64, 104, 1), [16, 1, 64, 64]),
      y: int64(classes(16, 10), [16]),
    },
  };
}

/** Four pre-norm layers of width 256 with 4 heads on 8 texts of 128 tokens, 1,000 words; 3.7 M weights. As in `torch_step.py`. */
export function transformer() {
  const [texts, length, width, words] = [8, 128, 256, 1000];
  const graph = new Graph('training');
  const x = graph.input('x', 'int64', [texts, length]);
  const y = graph.input('y', 'int64', [texts * length]);
  const position = graph.parameter('wp', [length, width], { initializer: normalInitializer(1) });
  let h = add(embedding(x, 'we', words, width), position);
  const bias = causalBias(h, length);
  for (let i = 0; i < 4; i++) h = transformerLayer(h, i, bias);
  const rows = reshape(layerNorm(h, 'lf'), [texts * length, width]);
  const logits = linear(rows, 'hd', words, { bias: false });
  return {
    graph,
    loss: reduceMean(crossEntropy(logits, y)),
    batch: {
      x: int64(classes(texts * length, words), [texts, length]),
      y: int64(classes(texts * length, words, 3), [texts * length]),
    },
  };
}

/**
 * @param {Value} x
 * @param {number} index
 * @param {Value} bias
 */
function transformerLayer(x, index, bias) {
  const [q, k, v] = split(linear(layerNorm(x, `n${index}`), `qkv${index}`, 768), 3, 2).map((part) =>
    splitHeads(part, 4),
  );
  const h = add(x, linear(mergeHeads(attention(q, k, v, bias)), `o${index}`, 256));
  return add(h, mlp(layerNorm(h, `m${index}`), [`f${index}`, `p${index}`], [1024, 256], gelu));
}

/**
 * First weights that `torch_step.py` computes in the same way: noise scaled by fan-in, norms 1 and 0.
 *
 * @param {Graph} graph
 * @returns {Record<string, Tensor>}
 */
export function firstWeights(graph) {
  const entries = [...graph.parameters].map(([name, { dims }], i) => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const norm = /^[nml]\w?\.|^lf\./.test(name);
    if (dims.length === 1)
      return [name, float32(new Float32Array(size).fill(norm && name.endsWith('weight') ? 1 : 0))];
    const fanIn = size / dims[0];
    return [name, float32(noise(size, i + 2, Math.sqrt(2 / fanIn)), dims)];
  });
  return Object.fromEntries(entries);
}

/**
 * Digits of a sine as uniform noise in +-`scale`, which numpy computes as well.
 *
 * @param {number} size
 * @param {number} stream
 * @param {number} scale
 */
function noise(size, stream, scale) {
  return Float32Array.from({ length: size }, (_, i) => {
    const digits = Math.sin(12.9898 * i + 78.233 * stream) * 43758.5453;
    return scale * (2 * (digits - Math.floor(digits)) - 1);
  });
}

/**
 * @param {number} size
 * @param {number} count
 */
function classes(size, count, offset = 0) {
  return Array.from({ length: size }, (_, i) => (i * 7 + (i >> 3) + offset) % count);
}
