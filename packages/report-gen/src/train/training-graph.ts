import { Graph, reshape, type Value } from '@cxrkit/nn';
import { binaryCrossEntropy, crossEntropy, type LossTerm, weightedMean } from '@cxrkit/nn/train';
import type { ReportGeneratorConfig } from '../network/config.js';
import { regionClassifiers } from '../network/region-classifiers.js';
import { sequenceLogits } from '../network/sequence-logits.js';

/** Shapes of a training batch. */
export interface TrainingShapes {
  /** Regions for the classifiers, 29 a picture. */
  readonly regions: number;
  /** Texts for the decoder. */
  readonly texts: number;
  /** Tokens of a text, BOS counted, EOS not. */
  readonly textLength: number;
}

/** Weights of the parts of the loss. */
export interface ReportLossWeights {
  readonly selection: number;
  readonly abnormality: number;
  readonly language: number;
  /** Factor of the regions that are to be selected. */
  readonly selectionPositive: number;
  /** Factor of the abnormal regions. */
  readonly abnormalityPositive: number;
}

/** RGRG `src/full_model/run_configurations.py:67-70` and the two classifiers' `pos_weight`. */
export const RGRG_LOSS: ReportLossWeights = {
  selection: 5,
  abnormality: 5,
  language: 2,
  selectionPositive: 2.2,
  abnormalityPositive: 6,
};

/** Forward graph of one batch with its losses; see `openReportBatches` for its inputs. */
export function trainingGraph(
  config: ReportGeneratorConfig,
  { regions, texts, textLength }: TrainingShapes,
  loss: ReportLossWeights,
): { graph: Graph; losses: Record<string, LossTerm> } {
  const graph = new Graph('training');
  const features = graph.input('features', 'float32', [regions, config.regionFeatures]);
  const logits = regionClassifiers(features, config);
  const binary = (name: 'selection' | 'abnormality', positive: number): LossTerm => {
    const targets = graph.input(`${name}_targets`, 'float32', [regions]);
    const weights = graph.input(`${name}_weights`, 'float32', [regions]);
    return {
      value: weightedMean(binaryCrossEntropy(logits[name], targets, positive), weights),
      weight: loss[name],
    };
  };
  const losses = {
    selection: binary('selection', loss.selectionPositive),
    abnormality: binary('abnormality', loss.abnormalityPositive),
    language: {
      value: weightedMean(
        tokenLosses(graph, config, { texts, textLength }),
        graph.input('target_weights', 'float32', [texts * textLength]),
      ),
      weight: loss.language,
    },
  };
  return { graph, losses };
}

/** `text_features [n, D_in]`, `ids [n, T]`, `targets [n * T]` -> `losses [n * T]`, for any n. */
export function textLossGraph(config: ReportGeneratorConfig, textLength: number): Graph {
  const graph = new Graph('inference');
  graph.output('losses', tokenLosses(graph, config, { texts: 'n', textLength }));
  return graph;
}

/** `[N * T]` cross-entropy of each next token. */
function tokenLosses(
  graph: Graph,
  config: ReportGeneratorConfig,
  { texts, textLength }: { texts: number | string; textLength: number },
): Value {
  const features = graph.input('text_features', 'float32', [texts, config.regionFeatures]);
  const ids = graph.input('ids', 'int64', [texts, textLength]);
  const rows = typeof texts === 'number' ? texts * textLength : 'rows';
  const targets = graph.input('targets', 'int64', [rows]);
  const logits = reshape(sequenceLogits(features, ids, config), [rows, config.vocabulary]);
  return crossEntropy(logits, targets);
}
