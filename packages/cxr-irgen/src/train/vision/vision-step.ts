import { Graph, mul, reduceMean, sub, type Value } from '@cxrkit/nn';
import { buildTrainingStep, type TrainingStep } from '@cxrkit/nn/train';
import { conditionedNoise, conditionInputs } from '../../conditioning/conditioned-denoiser.js';
import type { VisionNetwork } from '../../conditioning/vision-network.js';
import { stepOptions, type UpdateRules } from '../shared/step-options.js';

/** Builds the training step of a denoiser: the weighted mean squared error of the noise, `mse`. */
export function visionStep(
  network: VisionNetwork,
  batchSize: number,
  rules: UpdateRules,
): TrainingStep {
  const graph = new Graph('training');
  const errors = squaredErrors(graph, network, batchSize);
  const weights = graph.input('weights', 'float32', [batchSize]);
  const losses = { mse: { value: reduceMean(mul(errors, weights)) } };
  return buildTrainingStep(graph, losses, stepOptions(rules));
}

/** The inputs of a batch without weights -> `errors [batch]`, to be run on the weights under training. */
export function visionErrorGraph(network: VisionNetwork, batchSize: number): Graph {
  const graph = new Graph('inference');
  graph.output('errors', squaredErrors(graph, network, batchSize));
  return graph;
}

/** Mean squared error of the predicted noise of each row, `[batch]`. */
function squaredErrors(graph: Graph, network: VisionNetwork, batchSize: number): Value {
  const { side, latentChannels } = network.denoiser;
  const dims = [batchSize, latentChannels, side, side];
  const latents = graph.input('latents', 'float32', dims);
  const timesteps = graph.input('timesteps', 'float32', [batchSize]);
  const conditions = conditionInputs(graph, batchSize, network);
  const noise = graph.input('noise', 'float32', dims);
  const error = sub(conditionedNoise(latents, timesteps, conditions, network), noise);
  return reduceMean(mul(error, error), { axes: [1, 2, 3] });
}
