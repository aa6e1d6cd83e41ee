import { staticDim, staticSize } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { ones, zeros } from '../graph/initializers.js';
import { add, mul } from '../ops/elementwise.js';
import { batchNormalization, batchNormalizationTraining } from '../ops/normalization.js';

export interface BatchNormOptions {
  /** @defaultValue 1e-5 */
  readonly epsilon?: number;
  /** Weight of the newest batch in the running statistics. @defaultValue 0.1 */
  readonly momentum?: number;
  /** Uses the running statistics in training too, as torchvision's FrozenBatchNorm2d. @defaultValue false */
  readonly frozen?: boolean;
}

/**
 * Batch normalisation over `[N, C, H, W]`; weights `weight`, `bias`, `running_mean`, `running_var` under `name`.
 * A training graph normalises by the batch and records the new running statistics in `graph.updates`;
 * an inference graph uses the running ones (see `foldBatchNorm`).
 */
export function batchNorm(x: Value, name: string, options: BatchNormOptions = {}): Value {
  const { epsilon = 1e-5, momentum = 0.1, frozen = false } = options;
  const { graph } = x;
  const dims = [staticDim(x.dims[1], `${name} channels`)];
  const scale = graph.parameter(`${name}.weight`, dims, { initializer: ones });
  const bias = graph.parameter(`${name}.bias`, dims, { initializer: zeros });
  const mean = graph.parameter(`${name}.running_mean`, dims, {
    initializer: zeros,
    trainable: false,
  });
  const variance = graph.parameter(`${name}.running_var`, dims, {
    initializer: ones,
    trainable: false,
  });
  const parameters = [scale, bias, mean, variance] as const;
  if (graph.mode === 'inference' || frozen) return batchNormalization(x, parameters, epsilon);
  const batch = batchNormalizationTraining(x, parameters, epsilon);
  const count = staticSize([x.dims[0], x.dims[2], x.dims[3]], 'batch-norm input');
  const blend = (running: Value, now: Value, factor = 1): Value =>
    add(mul(running, 1 - momentum), mul(now, momentum * factor));
  graph.updates.set(`${name}.running_mean`, blend(mean, batch.mean));
  // PyTorch keeps the unbiased variance.
  graph.updates.set(
    `${name}.running_var`,
    blend(variance, batch.variance, count / Math.max(1, count - 1)),
  );
  return batch.output;
}
