import { backboneChannels, backboneStride, Graph, reshape } from '@cxrkit/nn';
import type { DetectorConfig } from './config.js';
import { boxHead, findingLogits, poolRegions, regionFeatures } from './roi-head.js';
import { trunk } from './trunk.js';

/** Cells along each side of the feature map. */
export function mapSide(config: DetectorConfig): number {
  return Math.ceil(config.side / backboneStride(config.backbone));
}

/** `pixel_values [batch, 1, S, S]` -> `map [batch, C, h, w]`, `objectness [batch, A, h, w]`, `deltas [batch, 4A, h, w]`. */
export function trunkGraph(config: DetectorConfig): Graph {
  const graph = new Graph('inference');
  const pixels = graph.input('pixel_values', 'float32', ['batch', 1, config.side, config.side]);
  for (const [name, value] of Object.entries(trunk(pixels, config))) graph.output(name, value);
  return graph;
}

/**
 * One picture's boxes: `map [1, C, h, w]`, `vertical [1, boxes, P, h]`, `horizontal [1, boxes, P, w]` ->
 * `logits [boxes, classes]`, `box_deltas [boxes, 4 classes]`, `features [boxes, D]`, `finding_logits [boxes, F]`.
 */
export function roiGraph(config: DetectorConfig): Graph {
  const graph = new Graph('inference');
  const side = mapSide(config);
  const channels = backboneChannels(config.backbone);
  const p = config.pooledSize;
  const map = graph.input('map', 'float32', [1, channels, side, side]);
  const [vertical, horizontal] = ['vertical', 'horizontal'].map((name) =>
    graph.input(name, 'float32', [1, 'boxes', p, side]),
  );
  const pooled = reshape(poolRegions(map, vertical, horizontal), ['boxes', channels, p, p]);
  const { logits, deltas } = boxHead(pooled, config);
  graph.output('logits', logits);
  graph.output('box_deltas', deltas);
  const features = regionFeatures(pooled, config);
  graph.output('features', features);
  if (config.findings.length > 0) graph.output('finding_logits', findingLogits(features, config));
  return graph;
}
