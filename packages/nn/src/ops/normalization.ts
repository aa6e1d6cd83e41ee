import type { Value } from '../graph/graph.js';
import { div, maximum, mul, sqrt } from './elementwise.js';
import { emit } from './operand.js';
import { reduceSum } from './reduce.js';

/** Layer normalisation over the last axis with `scale` and `bias` of shape `[D]` (Ba et al. 2016). */
export function layerNormalization(x: Value, scale: Value, bias: Value, epsilon: number): Value {
  const statistics = [...x.dims.slice(0, -1), 1];
  const outputs = [x.dims, statistics, statistics].map((dims) => ({ type: x.type, dims }));
  const wanted = x.graph.mode === 'training' ? outputs : outputs.slice(0, 1);
  return x.graph.node('LayerNormalization', [x, scale, bias], wanted, {
    axis: -1,
    epsilon: { float: epsilon },
  })[0];
}

/** Batch normalisation with fixed statistics, for inference. */
export function batchNormalization(
  x: Value,
  parameters: readonly [scale: Value, bias: Value, mean: Value, variance: Value],
  epsilon: number,
): Value {
  return emit('BatchNormalization', [x, ...parameters], x.dims, { epsilon: { float: epsilon } });
}

/** What {@link batchNormalizationTraining} gives. */
export interface BatchStatistics {
  readonly output: Value;
  /** `[C]` mean over batch and space. */
  readonly mean: Value;
  /** `[C]` population variance over batch and space. */
  readonly variance: Value;
}

/** Batch normalisation with the batch's own statistics (Ioffe & Szegedy 2015). */
export function batchNormalizationTraining(
  x: Value,
  parameters: readonly [scale: Value, bias: Value, mean: Value, variance: Value],
  epsilon: number,
): BatchStatistics {
  const channels = parameters[0].dims;
  const outputs = [x.dims, channels, channels].map((dims) => ({ type: x.type, dims }));
  const [scale, bias, mean, variance] = parameters;
  // onnxruntime writes the new statistics over the old ones, so the running ones must not be its inputs.
  const scratch = [mul(mean, 0), mul(variance, 0)];
  // With momentum 0 the "running" outputs are the statistics of this batch.
  const attributes = { epsilon: { float: epsilon }, momentum: { float: 0 }, training_mode: 1 };
  const [output, batchMean, batchVariance] = x.graph.node(
    'BatchNormalization',
    [x, scale, bias, ...scratch],
    outputs,
    attributes,
  );
  return { output, mean: batchMean, variance: batchVariance };
}

/** x / max(||x||, 1e-12) along the last axis. */
export function l2Normalize(x: Value): Value {
  const squares = reduceSum(mul(x, x), { axes: [-1], keepDims: true });
  return div(x, sqrt(maximum(squares, 1e-24)));
}
