import {
  add,
  attention,
  batchNorm,
  causalBias,
  conv2d,
  embedding,
  type Graph,
  gelu,
  globalAveragePool,
  layerNorm,
  linear,
  mergeHeads,
  mlp,
  normalInitializer,
  relu,
  reshape,
  split,
  splitHeads,
  type Value,
} from '@cxrkit/nn';
import { crossEntropy } from '@cxrkit/nn/train';

/** Cross-entropy `[rows]` of the network of a batch of `count` examples; inputs `x` and `y`. */
export type TrainingNetwork = (graph: Graph, count: number) => Value;

/** Two convolutions with batch normalisation; `Cnn` of tools/fixtures/training.py. */
export const cnn: TrainingNetwork = (graph, count) => {
  const x = graph.input('x', 'float32', [count, 1, 9, 9]);
  const first = conv2d(x, 'conv1', 6, 3, { padding: 1, bias: false });
  const second = conv2d(relu(batchNorm(first, 'bn1')), 'conv2', 8, 3, {
    stride: 2,
    padding: 1,
    bias: false,
  });
  const pooled = globalAveragePool(relu(batchNorm(second, 'bn2')));
  const y = graph.input('y', 'int64', [count]);
  return crossEntropy(linear(reshape(pooled, [count, 8]), 'fc', 3), y);
};

/** Two pre-norm layers, width 8; `Transformer` of tools/fixtures/training.py. */
export const transformer: TrainingNetwork = (graph, count) => {
  const x = graph.input('x', 'int64', [count, 6]);
  const positions = graph.parameter('positions', [6, 8], { initializer: normalInitializer(1) });
  let h = add(embedding(x, 'words', 11, 8), positions);
  for (let i = 0; i < 2; i++) h = layer(h, `layers.${i}`);
  const rows = reshape(layerNorm(h, 'norm'), [count * 6, 8]);
  const y = graph.input('y', 'int64', [count * 6]);
  return crossEntropy(linear(rows, 'head', 11, { bias: false }), y);
};

function layer(x: Value, name: string): Value {
  const projected = linear(layerNorm(x, `${name}.norm1`), `${name}.qkv`, 24, { bias: false });
  const [q, k, v] = split(projected, 3, 2).map((part) => splitHeads(part, 2));
  const mixed = mergeHeads(attention(q, k, v, causalBias(x, 6)));
  const h = add(x, linear(mixed, `${name}.out`, 8));
  const names = [`${name}.fc1`, `${name}.fc2`] as const;
  return add(h, mlp(layerNorm(h, `${name}.norm2`), names, [16, 8], gelu));
}
