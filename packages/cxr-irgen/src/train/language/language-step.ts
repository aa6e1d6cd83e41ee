import { argMax, Graph, reshape, type Value } from '@cxrkit/nn';
import { buildTrainingStep, crossEntropy, type TrainingStep, weightedMean } from '@cxrkit/nn/train';
import type { BartConfig } from '../../network/bart/config.js';
import { bartDecoder } from '../../network/bart/decoder.js';
import { bartEncoder } from '../../network/bart/encoder.js';
import { stepOptions, type UpdateRules } from '../shared/step-options.js';

/** Texts of a batch and tokens of a text. */
export interface TextShape {
  readonly texts: number;
  readonly length: number;
}

/** Builds the training step of the language module: the cross-entropy of every token through one vector, `tokens`. */
export function languageStep(
  config: BartConfig,
  shape: TextShape,
  rules: UpdateRules,
): TrainingStep {
  const graph = new Graph('training');
  const { losses } = reconstruction(graph, config, shape);
  const weights = graph.input('weights', 'float32', [shape.texts * shape.length]);
  const terms = { tokens: { value: weightedMean(losses, weights) } };
  return buildTrainingStep(graph, terms, stepOptions(rules));
}

/** The inputs of a batch without weights -> `losses` and `predictions` `[texts * length]`, for evaluation. */
export function languageLossGraph(config: BartConfig, shape: TextShape): Graph {
  const graph = new Graph('inference');
  const { losses, logits } = reconstruction(graph, config, shape);
  graph.output('losses', losses);
  graph.output('predictions', argMax(logits, 1));
  return graph;
}

function reconstruction(
  graph: Graph,
  config: BartConfig,
  { texts, length }: TextShape,
): { readonly losses: Value; readonly logits: Value } {
  const input = (name: string): Value => graph.input(name, 'int64', [texts, length]);
  const vector = bartEncoder(input('input_ids'), input('attention_mask'), config);
  const [ids, mask] = [input('decoder_ids'), input('decoder_mask')];
  const logits = reshape(bartDecoder(ids, vector, config, { mask }), [
    texts * length,
    config.vocabulary,
  ]);
  const targets = graph.input('targets', 'int64', [texts * length]);
  return { losses: crossEntropy(logits, targets), logits };
}
