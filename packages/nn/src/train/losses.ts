import { staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import {
  abs,
  add,
  cast,
  div,
  greater,
  less,
  maximum,
  mul,
  neg,
  softplus,
  sub,
  where,
} from '../ops/elementwise.js';
import { gatherElements } from '../ops/indexing.js';
import { reduceSum } from '../ops/reduce.js';
import { squeeze, transpose, unsqueeze } from '../ops/shape.js';
import { logSoftmax } from '../ops/softmax.js';

/** sum(x * weights) / max(sum(weights), 1e-6): a mean over what counts. */
export function weightedMean(x: Value, weights: Value): Value {
  return div(reduceSum(mul(x, weights)), maximum(reduceSum(weights), 1e-6));
}

/** Negative log-likelihood per row: logits `[N, C]`, int64 classes `[N]` -> `[N]`. */
export function crossEntropy(logits: Value, classes: Value): Value {
  return neg(squeeze(gatherElements(logSoftmax(logits), unsqueeze(classes, 1), 1), 1));
}

/**
 * Binary cross-entropy per element from logits, stable.
 *
 * @param targets - Same shape as `logits`, in [0, 1].
 * @param positiveWeight - Factor of the positive part (torch's `pos_weight`). @defaultValue 1
 */
export function binaryCrossEntropy(logits: Value, targets: Value, positiveWeight = 1): Value {
  const negative = mul(softplus(logits), sub(1, targets));
  const positive = mul(mul(softplus(neg(logits)), targets), positiveWeight);
  return add(negative, positive);
}

/** Huber-like loss per element: quadratic below `beta`, linear above (Girshick 2015; RGRG uses 1/9). */
export function smoothL1(prediction: Value, target: Value, beta: number): Value {
  const distance = abs(sub(prediction, target));
  const quadratic = mul(mul(distance, distance), 0.5 / beta);
  return where(less(distance, beta), quadratic, sub(distance, 0.5 * beta));
}

/**
 * Symmetric InfoNCE of two batches of unit vectors (Radford et al. 2021, figure 3).
 *
 * @param similarity - `[N, N]` cosines times temperature; row i and column i belong together.
 * @param targets - `[N, N]` rows that sum to 1; the identity for one match each. Both directions use it.
 * @returns Scalar.
 */
export function contrastive(similarity: Value, targets: Value): Value {
  const n = staticDim(similarity.dims[0], 'similarity rows');
  const direction = (logits: Value, wanted: Value): Value =>
    mul(reduceSum(mul(logSoftmax(logits), wanted)), -0.5 / n);
  const back = transpose(targets, [1, 0]);
  const columns = div(back, maximum(reduceSum(back, { axes: [1], keepDims: true }), 1e-6));
  return add(direction(similarity, targets), direction(transpose(similarity, [1, 0]), columns));
}

/** Weighted fraction of the elements whose logit is above 0 exactly where the target is 1; no gradient. */
export function binaryAccuracy(logits: Value, targets: Value, weights: Value): Value {
  const positive = cast(greater(logits, 0), 'float32');
  return weightedMean(sub(1, abs(sub(positive, targets))), weights);
}
