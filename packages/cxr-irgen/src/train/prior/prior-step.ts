import {
  add,
  div,
  expand,
  Graph,
  maximum,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  sqrt,
  sub,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import { buildTrainingStep, type TrainingStep } from '@cxrkit/nn/train';
import type { FlowConfig, PriorConfig } from '../../network/prior/config.js';
import { priorInputs } from '../../network/prior/graph.js';
import { type PriorInputs, prior, priorState, toldState } from '../../network/prior/prior.js';
import { flowVelocity } from '../../network/prior/vector-flow.js';
import { stepOptions } from '../shared/step-options.js';
import type { PriorRules } from './prior-rules.js';
import { targetsOf } from './prior-table.js';

/**
 * Builds the training step of a prior: `mse` and `cosine` (1 - cosine) of the sentence vectors, or `flow`, the mean
 * squared error of the velocity.
 */
export function priorStep(config: PriorConfig, batchSize: number, rules: PriorRules): TrainingStep {
  const graph = new Graph('training');
  const weights: Readonly<Record<string, number>> = { cosine: rules.cosineWeight };
  const losses = Object.entries(errorsOf(graph, config, batchSize)).map(
    ([name, errors]) => [name, { value: reduceMean(errors), weight: weights[name] ?? 1 }] as const,
  );
  return buildTrainingStep(graph, Object.fromEntries(losses), stepOptions(rules));
}

/** The inputs of a batch -> each of the losses by row, `[batch]`, for evaluation. */
export function priorErrorGraph(config: PriorConfig, batchSize: number): Graph {
  const graph = new Graph('inference');
  for (const [name, errors] of Object.entries(errorsOf(graph, config, batchSize)))
    graph.output(name, errors);
  return graph;
}

/** The losses of each row. */
function errorsOf(graph: Graph, config: PriorConfig, batchSize: number): Record<string, Value> {
  const { flow, outputWidth } = config;
  const inputs = priorInputs(graph, batchSize, config);
  const count = batchSize * targetsOf(config);
  const target = graph.input('vectors', 'float32', [count, outputWidth]);
  if (flow) return { flow: flowErrors(inputs, target, { ...config, flow }) };
  const vector = prior(inputs, config);
  return { mse: squaredErrors(vector, target), cosine: sub(1, cosines(vector, target)) };
}

/**
 * Error of the velocity at random points of the straight paths from noise to vectors, in units of the deviation. Each
 * picture is seen once and has several paths.
 */
function flowErrors(
  { latents, findings }: PriorInputs,
  target: Value,
  config: PriorConfig & { readonly flow: FlowConfig },
): Value {
  const { graph, dims } = target;
  const noise = graph.input('noise', 'float32', dims);
  const times = graph.input('times', 'float32', [dims[0]]);
  const velocity = sub(target, noise);
  const place = add(noise, mul(velocity, reshape(times, [dims[0], 1])));
  const state = unsqueeze(toldState(priorState(latents, config), findings, config), 1);
  const [batch, , width] = state.dims;
  const repeated = reshape(expand(state, [batch, targetsOf(config), width]), [dims[0], width]);
  const found = flowVelocity(place, times, repeated, config);
  const unit = 1 / config.flow.deviation;
  return squaredErrors(mul(found, unit), mul(velocity, unit));
}

/** Mean squared error of each row, `[batch]`. */
function squaredErrors(a: Value, b: Value): Value {
  const error = sub(a, b);
  return reduceMean(mul(error, error), { axes: [1] });
}

/** Cosine of each row, `[batch]`; the lengths' product is at least 1e-6, as torch's CosineSimilarity with that eps. */
function cosines(a: Value, b: Value): Value {
  const dot = (x: Value, y: Value): Value => reduceSum(mul(x, y), { axes: [1] });
  return div(dot(a, b), sqrt(maximum(mul(dot(a, a), dot(b, b)), 1e-12)));
}
