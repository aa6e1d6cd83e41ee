export { type Dim, type Dims, isStatic, staticDim, staticSize } from './graph/dims.js';
export { foldBatchNorm, type WeightedGraph } from './graph/fold-batch-norm.js';
export {
  type Attribute,
  Graph,
  type GraphMode,
  type GraphNode,
  type Parameter,
  type ParameterOptions,
  type Value,
} from './graph/graph.js';
export { graphContents } from './graph/graph-contents.js';
export {
  constantInitializer,
  heNormal,
  type Initializer,
  normalInitializer,
  ones,
  uniformFanIn,
  uniformInitializer,
  zeros,
} from './graph/initializers.js';
export {
  OPSET,
  type SerializedGraph,
  type SerializeOptions,
  serializeGraph,
} from './graph/serialize.js';
export { attention, causalBias, mergeHeads, paddingBias, splitHeads } from './layers/attention.js';
export { type BatchNormOptions, batchNorm } from './layers/batch-norm.js';
export { type Conv2dOptions, conv2d } from './layers/conv2d.js';
export { dropout } from './layers/dropout.js';
export { embedding } from './layers/embedding.js';
export { groupNorm } from './layers/group-norm.js';
export { layerNorm } from './layers/layer-norm.js';
export { type LinearOptions, linear } from './layers/linear.js';
export { mlp } from './layers/mlp.js';
export {
  type BackboneConfig,
  backbone,
  backboneChannels,
  backboneSchema,
  backboneStride,
} from './models/backbone.js';
export { likeliestTokensGraph } from './models/likeliest-tokens.js';
export {
  greyStem,
  MOBILENET_V2,
  type MobileNetStage,
  type MobileNetV2Config,
  type MobileNetV2Options,
  mobileNetChannels,
  mobileNetStride,
  mobileNetV2,
} from './models/mobilenet-v2.js';
export {
  RESNET_50,
  type ResNetConfig,
  type ResNetNames,
  resBlock,
  resNet,
  resNetChannels,
  resNetStride,
  SEQUENTIAL_NAMES,
  TORCHVISION_NAMES,
} from './models/resnet.js';
export {
  averagePool,
  type ConvolutionOptions,
  convolution,
  globalAveragePool,
  maxPool,
  upsampleNearest,
  type WindowOptions,
} from './ops/convolution.js';
export {
  abs,
  add,
  cast,
  clip,
  cos,
  div,
  equal,
  erf,
  exp,
  gelu,
  geluTanh,
  greater,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  quickGelu,
  relu,
  relu6,
  sigmoid,
  silu,
  sin,
  softplus,
  sqrt,
  stopGradient,
  sub,
  tanh,
  where,
} from './ops/elementwise.js';
export { gather, gatherElements, oneHot } from './ops/indexing.js';
export { matmul } from './ops/linear-algebra.js';
export { batchNormalization, l2Normalize, layerNormalization } from './ops/normalization.js';
export { emit, int64List, type Operand } from './ops/operand.js';
export {
  argMax,
  logSumExp,
  type ReduceOptions,
  reduceMax,
  reduceMean,
  reduceSum,
} from './ops/reduce.js';
export {
  concat,
  expand,
  expandLike,
  pad,
  reshape,
  type SliceRange,
  slice,
  split,
  squeeze,
  transpose,
  transposeLast,
  unsqueeze,
} from './ops/shape.js';
export { logSoftmax, softmax } from './ops/softmax.js';
