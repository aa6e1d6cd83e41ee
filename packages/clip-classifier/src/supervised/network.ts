import {
  type BackboneConfig,
  backbone,
  backboneChannels,
  backboneSchema,
  Graph,
  globalAveragePool,
  linear,
  reshape,
  type Value,
} from '@cxrkit/nn';
import { z } from 'zod';
import type { ClipPreprocessing } from '../network/config.js';

/** Sizes of a supervised classifier. */
export interface SupervisedConfig {
  readonly backbone: BackboneConfig;
  /** What it tells apart; one logit each. */
  readonly labels: readonly string[];
}

/** Checks a {@link SupervisedConfig}. */
export const supervisedConfigSchema: z.ZodType<SupervisedConfig> = z.strictObject({
  backbone: backboneSchema,
  labels: z.array(z.string().min(1)).min(1),
});

/** A plain convolutional network: trunk, global average pool, one linear layer. `[B, 1, S, S] -> [B, labels]` logits. */
export function supervisedLogits(pixels: Value, config: SupervisedConfig): Value {
  const map = backbone(pixels, 'backbone', config.backbone);
  const features = reshape(globalAveragePool(map), [
    pixels.dims[0],
    backboneChannels(config.backbone),
  ]);
  return linear(features, 'classifier', config.labels.length);
}

/** `pixel_values [batch, 1, S, S]` -> `logits [batch, labels]`. */
export function supervisedGraph(config: SupervisedConfig, { side }: ClipPreprocessing): Graph {
  const graph = new Graph('inference');
  const pixels = graph.input('pixel_values', 'float32', ['batch', 1, side, side]);
  graph.output('logits', supervisedLogits(pixels, config));
  return graph;
}
