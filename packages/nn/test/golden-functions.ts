import {
  abs,
  add,
  attention,
  averagePool,
  batchNorm,
  type Conv2dOptions,
  causalBias,
  clip,
  conv2d,
  embedding,
  erf,
  gatherElements,
  gelu,
  geluTanh,
  globalAveragePool,
  groupNorm,
  l2Normalize,
  layerNorm,
  linear,
  logSoftmax,
  logSumExp,
  maximum,
  maxPool,
  mergeHeads,
  minimum,
  mlp,
  neg,
  quickGelu,
  reduceMax,
  reduceMean,
  relu,
  relu6,
  resBlock,
  sigmoid,
  silu,
  softmax,
  softplus,
  splitHeads,
  tanh,
  unsqueeze,
  upsampleNearest,
  type Value,
} from '@cxrkit/nn';

/** Builds the graph of one golden case from its inputs, by name. */
export type GoldenFunction = (inputs: Readonly<Record<string, Value>>) => Value;

const convolution =
  (out: number, kernel: number, options: Conv2dOptions): GoldenFunction =>
  ({ x }) =>
    conv2d(x, 'conv', out, kernel, options);

const unary =
  (f: (x: Value) => Value): GoldenFunction =>
  ({ x }) =>
    f(x);

const block =
  (name: string, kind: 'basic' | 'bottleneck', width: number, stride: number): GoldenFunction =>
  ({ x }) =>
    resBlock(x, name, kind, width, stride);

/** nn.TransformerEncoderLayer with norm_first. */
function transformerLayer(x: Value): Value {
  const inner = layerNorm(x, 'block.norm1');
  const project = (name: string): Value => linear(inner, `block.self_attn.${name}_proj`, 6);
  const [q, k, v] = ['q', 'k', 'v'].map((name) => splitHeads(project(name), 2));
  const attended = mergeHeads(attention(q, k, v, causalBias(x, x.dims[1])));
  const h = add(x, linear(attended, 'block.self_attn.out_proj', 6));
  return add(
    h,
    mlp(layerNorm(h, 'block.norm2'), ['block.linear1', 'block.linear2'], [10, 6], gelu),
  );
}

const convolutions: Readonly<Record<string, GoldenFunction>> = {
  'conv 3x3': convolution(3, 3, { padding: 1 }),
  'conv 3x3 stride 2': convolution(3, 3, { stride: 2, padding: 1 }),
  'conv 1x1': convolution(5, 1, {}),
  'conv 1x1 stride 2 without bias': convolution(5, 1, { stride: 2, bias: false }),
  'conv 7x7 stride 2': convolution(2, 7, { stride: 2, padding: 3, bias: false }),
  'conv 2 groups': convolution(6, 3, { padding: 1, groups: 2 }),
  'conv depthwise': convolution(4, 3, { padding: 1, groups: 4 }),
  'conv depthwise stride 2': convolution(4, 3, { stride: 2, padding: 1, groups: 4 }),
  'max pool': ({ x }) => maxPool(x, 3, { stride: 2, padding: 1 }),
  'max pool with ties': ({ x }) => maxPool(x, 3, { stride: 2, padding: 1 }),
  'average pool': ({ x }) => averagePool(x, 2),
  'global average pool': unary(globalAveragePool),
  'nearest up-sampling': ({ x }) => upsampleNearest(x, 2),
};

const normalizations: Readonly<Record<string, GoldenFunction>> = {
  'batch norm': ({ x }) => batchNorm(x, 'bn'),
  'batch norm epsilon 1e-3 momentum 0.01': ({ x }) =>
    batchNorm(x, 'bn', { epsilon: 1e-3, momentum: 0.01 }),
  'batch norm in evaluation': ({ x }) => batchNorm(x, 'bn', { frozen: true }),
  'frozen batch norm': ({ x }) => batchNorm(x, 'bn', { frozen: true }),
  'group norm': ({ x }) => groupNorm(x, 'gn', 2),
  'layer norm': ({ x }) => layerNorm(x, 'ln'),
  'layer norm epsilon 1e-12': ({ x }) => layerNorm(x, 'ln', 1e-12),
  'l2 normalisation': unary(l2Normalize),
};

const transformer: Readonly<Record<string, GoldenFunction>> = {
  'attention with bias': ({ q, k, v, bias }) => attention(q, k, v, bias),
  'transformer layer, causal': ({ x }) => transformerLayer(x),
  'cross entropy': ({ x, i }) =>
    neg(reduceMean(gatherElements(logSoftmax(x), unsqueeze(i, -1), -1))),
  linear: ({ x }) => linear(x, 'fc', 3),
  embedding: ({ i }) => embedding(i, 'tokens', 7, 3),
};

const activations: Readonly<Record<string, GoldenFunction>> = {
  relu: unary(relu),
  gelu: unary(gelu),
  geluTanh: unary(geluTanh),
  quickGelu: unary(quickGelu),
  silu: unary(silu),
  softplus: unary(softplus),
  sigmoid: unary(sigmoid),
  tanh: unary(tanh),
  erf: unary(erf),
  abs: unary(abs),
  relu6: unary(relu6),
  clip: ({ x }) => clip(x, -0.5, 0.7),
  softmax: unary(softmax),
  logSoftmax: unary(logSoftmax),
  logSumExp: ({ x }) => logSumExp(x, -1),
  'reduceMax with ties': ({ x }) => reduceMax(x, { axes: [-1] }),
  'maximum with ties': ({ input, other }) => maximum(input, other),
  'minimum with ties': ({ input, other }) => minimum(input, other),
};

const residual: Readonly<Record<string, GoldenFunction>> = {
  'basic block': block('layer1', 'basic', 3, 1),
  'basic block stride 2': block('layer2', 'basic', 4, 2),
  bottleneck: block('layer1', 'bottleneck', 2, 1),
  'bottleneck stride 2': block('layer3', 'bottleneck', 2, 2),
};

/** The function of each case of each fixture file `gradients-<family>.json`. */
export const goldenFunctions: Readonly<Record<string, Readonly<Record<string, GoldenFunction>>>> = {
  convolution: convolutions,
  normalization: normalizations,
  transformer,
  activation: activations,
  residual,
};
