import { Graph, gather, squeeze } from '@cxrkit/nn';
import type { ReportGeneratorConfig } from './config.js';
import {
  decoderBlock,
  embedTokens,
  nextTokenLogits,
  projectRegion,
  regionKeyValue,
} from './language-model.js';
import { regionClassifiers } from './region-classifiers.js';

/** Names of the graphs of a model folder. */
export const GRAPH_NAMES = ['classifiers', 'image_kv', 'lm_step'] as const;

export type GraphName = (typeof GRAPH_NAMES)[number];

/** @returns The graphs of a model folder of stage `report-gen`, by name. */
export function inferenceGraphs(config: ReportGeneratorConfig): Record<GraphName, Graph> {
  return {
    classifiers: classifiersGraph(config),
    image_kv: imageKeyValueGraph(config),
    lm_step: stepGraph(config),
  };
}

/** Names of the cache tensors of one layer at one side of a graph. */
export function cacheNames(
  side: 'past' | 'present',
  layer: number,
): { key: string; value: string } {
  return { key: `${side}.${layer}.key`, value: `${side}.${layer}.value` };
}

/** `features [regions, D_in]` -> `selection_logits [regions]`, `abnormality_logits [regions]`. */
export function classifiersGraph(config: ReportGeneratorConfig): Graph {
  const graph = new Graph('inference');
  const features = graph.input('features', 'float32', ['regions', config.regionFeatures]);
  const { selection, abnormality } = regionClassifiers(features, config);
  graph.output('selection_logits', selection);
  graph.output('abnormality_logits', abnormality);
  return graph;
}

/** `features [n, D_in]` -> `past.{i}.key`, `past.{i}.value [n, heads, 1, d]`: a cache that holds the picture only. */
export function imageKeyValueGraph(config: ReportGeneratorConfig): Graph {
  const graph = new Graph('inference');
  const features = graph.input('features', 'float32', ['n', config.regionFeatures]);
  const region = projectRegion(features, config);
  for (let layer = 0; layer < config.layers; layer++) {
    const { key, value } = regionKeyValue(region, layer, config);
    const names = cacheNames('past', layer);
    graph.output(names.key, key);
    graph.output(names.value, value);
  }
  return graph;
}

/**
 * One token of each of `n` rows.
 *
 * `ids`, `positions` int64 `[n, 1]`; `rows` int64 `[n]`: the row of the cache each continues; `past.{i}.key`,
 * `past.{i}.value [m, heads, p, d]` -> `logits [n, V]`, `present.{i}.key`, `present.{i}.value [n, heads, p + 1, d]`.
 * The first token (BOS, position 0) takes the cache of {@link imageKeyValueGraph} with p = 1.
 */
export function stepGraph(config: ReportGeneratorConfig): Graph {
  const graph = new Graph('inference');
  const { width, heads, layers } = config;
  const ids = graph.input('ids', 'int64', ['n', 1]);
  const positions = graph.input('positions', 'int64', ['n', 1]);
  const rows = graph.input('rows', 'int64', ['n']);
  let x = embedTokens(ids, positions, config);
  for (let layer = 0; layer < layers; layer++) {
    const [past, names] = [cacheNames('past', layer), cacheNames('present', layer)];
    const read = (name: string) =>
      gather(graph.input(name, 'float32', ['m', heads, 'p', width / heads]), rows);
    const cache = { key: read(past.key), value: read(past.value) };
    const block = decoderBlock(x, layer, cache, config);
    graph.output(names.key, block.present.key);
    graph.output(names.value, block.present.value);
    x = block.x;
  }
  graph.output('logits', squeeze(nextTokenLogits(x, config), 1));
  return graph;
}
