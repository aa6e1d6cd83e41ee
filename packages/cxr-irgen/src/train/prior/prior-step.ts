import { div, Graph, maximum, mul, reduceMean, reduceSum, sqrt, sub, type Value } from '@cxrkit/nn';
import { buildTrainingStep, type TrainingStep } from '@cxrkit/nn/train';
import type { PriorConfig } from '../../network/prior/config.js';
import { prior } from '../../network/prior/prior.js';
import { stepOptions } from '../shared/step-options.js';
import type { PriorRules } from './prior-rules.js';

/** Builds the training step of a prior: `mse` and `cosine` (1 - cosine) of the sentence vectors. */
export function priorStep(config: PriorConfig, batchSize: number, rules: PriorRules): TrainingStep {
  const graph = new Graph('training');
  const { vector, target } = ends(graph, config, batchSize);
  const error = sub(vector, target);
  const losses = {
    mse: { value: reduceMean(mul(error, error)) },
    cosine: { value: sub(1, reduceMean(cosines(vector, target))), weight: rules.cosineWeight },
  };
  return buildTrainingStep(graph, losses, stepOptions(rules));
}

/** `latents`, `vectors` -> `errors` (mean squared) and `cosines`, `[batch]` each, for evaluation. */
export function priorErrorGraph(config: PriorConfig, batchSize: number): Graph {
  const graph = new Graph('inference');
  const { vector, target } = ends(graph, config, batchSize);
  const error = sub(vector, target);
  graph.output('errors', reduceMean(mul(error, error), { axes: [1] }));
  graph.output('cosines', cosines(vector, target));
  return graph;
}

function ends(
  graph: Graph,
  config: PriorConfig,
  batchSize: number,
): { readonly vector: Value; readonly target: Value } {
  const { side, latentChannels, outputWidth } = config;
  const latents = graph.input('latents', 'float32', [batchSize, latentChannels, side, side]);
  const target = graph.input('vectors', 'float32', [batchSize, outputWidth]);
  return { vector: prior(latents, config), target };
}

/** Cosine of each row, `[batch]`; the lengths' product is at least 1e-6, as torch's CosineSimilarity with that eps. */
function cosines(a: Value, b: Value): Value {
  const dot = (x: Value, y: Value): Value => reduceSum(mul(x, y), { axes: [1] });
  return div(dot(a, b), sqrt(maximum(mul(dot(a, a), dot(b, b)), 1e-12)));
}
