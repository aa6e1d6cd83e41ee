import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import type { Tokenizer } from '@cxrkit/core/tokenizer';
import { type Graph, serializeGraph } from '@cxrkit/nn';
import { emaSlot, type TrainingContext, type TrainingStep } from '@cxrkit/nn/train';
import type { ReportGeneratorConfig } from '../network/config.js';
import { classifiersGraph } from '../network/graphs.js';
import { gatherFeatures } from './batch-data.js';
import { encodeTexts, textTokens } from './encode-texts.js';
import { type PackedRegions, REGIONS, type RegionText } from './packed-regions.js';
import { type ReportLossWeights, textLossGraph } from './training-graph.js';

/** What {@link validation} needs. */
export interface ValidationOptions {
  readonly config: ReportGeneratorConfig;
  readonly tokenizer: Tokenizer;
  readonly regions: PackedRegions;
  readonly loss: ReportLossWeights;
  readonly textLength: number;
  readonly step: TrainingStep;
  /** Most texts whose loss is computed, evenly spread. */
  readonly maxTexts: number;
}

interface WeightlessGraph {
  readonly session: OnnxSession;
  /** Weights stay in the worker: graph input -> slot. */
  readonly from: Readonly<Record<string, string>>;
}

const TEXTS_A_RUN = 32;

/**
 * Makes an evaluation of the validation pictures: the losses of training (by the first of each region's sentences), and
 * precision, recall and F1 of both classifiers at the model's thresholds. Uses the average weights where there are any.
 */
export function validation(
  options: ValidationOptions,
): (context: TrainingContext) => Promise<Record<string, number>> {
  const { config, regions, loss, step, textLength } = options;
  let graphs: Promise<readonly WeightlessGraph[]> | undefined;
  return async ({ runtime }) => {
    graphs ??= Promise.all(
      [classifiersGraph(config), textLossGraph(config, textLength)].map((graph) =>
        loadWeightless(runtime, graph, step),
      ),
    );
    const [classifiers, texts] = await graphs;
    const rows = [...Array(regions.pictures * REGIONS).keys()].filter(
      (row) => regions.detected[row],
    );
    const features = gatherFeatures(regions, rows);
    const outputs = await classifiers.session.run({ features }, { from: classifiers.from });
    const selection = binaryScores({
      logits: outputs.selection_logits.data as Float32Array,
      targets: rows.map((row) => regions.selected[row]),
      threshold: config.selectionThreshold,
      positiveWeight: loss.selectionPositive,
    });
    const isKnown = rows.map((row) => regions.abnormalKnown[row] === 1);
    const abnormality = binaryScores({
      logits: outputs.abnormality_logits.data.filter((_, i) => isKnown[i]) as Float32Array,
      targets: rows.filter((_, i) => isKnown[i]).map((row) => regions.abnormal[row]),
      threshold: config.abnormalityThreshold,
      positiveWeight: loss.abnormalityPositive,
    });
    const language = await languageLoss(texts, options);
    return {
      loss:
        loss.selection * selection.loss +
        loss.abnormality * abnormality.loss +
        loss.language * language,
      language,
      ...named('selection', selection),
      ...named('abnormality', abnormality),
    };
  };
}

async function loadWeightless(
  runtime: OnnxRuntime,
  graph: Graph,
  { state }: TrainingStep,
): Promise<WeightlessGraph> {
  const { bytes, inputs } = serializeGraph(graph);
  const weights = [...graph.parameters.keys()].filter((name) => inputs.includes(name));
  const slot = (name: string): string => (state.has(emaSlot(name)) ? emaSlot(name) : name);
  return {
    session: await runtime.load(bytes),
    from: Object.fromEntries(weights.map((name) => [name, slot(name)])),
  };
}

async function languageLoss(
  { session, from }: WeightlessGraph,
  { config, tokenizer, regions, textLength, maxTexts }: ValidationOptions,
): Promise<number> {
  const stride = Math.max(1, Math.ceil(regions.texts.length / maxTexts));
  const chosen: RegionText[] = regions.texts.filter((_, i) => i % stride === 0);
  let [sum, count] = [0, 0];
  for (let start = 0; start < chosen.length; start += TEXTS_A_RUN) {
    const part = chosen.slice(start, start + TEXTS_A_RUN);
    const tokens = part.map(({ alternatives: [text] }) => textTokens(tokenizer, text, config));
    const { ids, targets, weights } = encodeTexts(tokens, textLength, config);
    const rows = part.map(({ row }) => row);
    const feeds = { text_features: gatherFeatures(regions, rows), ids, targets };
    const { losses } = await session.run(feeds, { from });
    for (const [i, weight] of weights.data.entries()) {
      sum += weight * Number(losses.data[i]);
      count += weight;
    }
  }
  return count === 0 ? 0 : sum / count;
}

interface BinaryScores {
  readonly loss: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Scores of one classifier; 0 / 0 counts as 0. */
function binaryScores({
  logits,
  targets,
  threshold,
  positiveWeight,
}: {
  readonly logits: Float32Array;
  readonly targets: readonly number[];
  readonly threshold: number;
  readonly positiveWeight: number;
}): BinaryScores {
  let [loss, hits, predicted, positive] = [0, 0, 0, 0];
  for (const [i, logit] of logits.entries()) {
    const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    loss += targets[i] ? positiveWeight * softplus(-logit) : softplus(logit);
    if (logit > threshold) predicted++;
    if (targets[i]) positive++;
    if (targets[i] && logit > threshold) hits++;
  }
  const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);
  return {
    loss: ratio(loss, logits.length),
    precision: ratio(hits, predicted),
    recall: ratio(hits, positive),
    f1: ratio(2 * hits, predicted + positive),
  };
}

function named(
  name: string,
  { loss, precision, recall, f1 }: BinaryScores,
): Record<string, number> {
  return {
    [name]: loss,
    [`${name}_precision`]: precision,
    [`${name}_recall`]: recall,
    [`${name}_f1`]: f1,
  };
}
