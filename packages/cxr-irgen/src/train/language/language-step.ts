import { argMax, Graph, reshape, type Value } from '@cxrkit/nn';
import { buildTrainingStep, crossEntropy, type TrainingStep, weightedMean } from '@cxrkit/nn/train';
import type { BartConfig } from '../../network/bart/config.js';
import { bartDecoder } from '../../network/bart/decoder.js';
import { bartEncoder } from '../../network/bart/encoder.js';
import type { DropoutMasks } from '../../network/bart/layers.js';
import { stepOptions } from '../shared/step-options.js';
import { type MaskShapes, maskInputs } from './dropout-masks.js';
import type { LanguageRules } from './language-rules.js';

/** Texts of a batch and tokens of a text. */
export interface TextShape {
  readonly texts: number;
  readonly length: number;
}

/** A training step that takes dropout masks beside its batch, where the rules drop anything. */
export interface LanguageStep extends TrainingStep {
  readonly masks: MaskShapes;
}

/** Builds the training step of the language module: the cross-entropy of every token through one vector, `tokens`. */
export function languageStep(
  config: BartConfig,
  shape: TextShape,
  rules: LanguageRules,
): LanguageStep {
  const graph = new Graph('training');
  const { masks, shapes } = maskInputs(graph, rules.dropout);
  const { losses } = reconstruction(graph, config, shape, masks);
  const weights = graph.input('weights', 'float32', [shape.texts * shape.length]);
  const terms = { tokens: { value: weightedMean(losses, weights) } };
  return { ...buildTrainingStep(graph, terms, stepOptions(rules)), masks: shapes };
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
  masks?: DropoutMasks,
): { readonly losses: Value; readonly logits: Value } {
  const input = (name: string): Value => graph.input(name, 'int64', [texts, length]);
  const vector = bartEncoder(input('input_ids'), input('attention_mask'), config, masks);
  const [ids, mask] = [input('decoder_ids'), input('decoder_mask')];
  const logits = reshape(bartDecoder(ids, vector, config, { mask, masks }), [
    texts * length,
    config.vocabulary,
  ]);
  const targets = graph.input('targets', 'int64', [texts * length]);
  return { losses: crossEntropy(logits, targets), logits };
}
