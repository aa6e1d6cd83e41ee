import { Graph } from '@cxrkit/nn';
import type { ClipConfig, ClipPreprocessing } from './config.js';
import { imageEncoder } from './image-encoder.js';
import { textEncoder } from './text-encoder.js';

/** `pixel_values [batch, C, S, S]` -> `embedding [batch, E]` (length 1), `features [batch, F]`. */
export function imageGraph(config: ClipConfig, { side }: ClipPreprocessing): Graph {
  const graph = new Graph('inference');
  const pixels = graph.input('pixel_values', 'float32', [
    'batch',
    config.image.channels,
    side,
    side,
  ]);
  const { embedding, features } = imageEncoder(pixels, config);
  graph.output('embedding', embedding);
  graph.output('features', features);
  return graph;
}

/**
 * `input_ids`, `attention_mask` int64 `[batch, length]` -> `embedding [batch, E]` (length 1), and
 * `last_hidden_state [batch, length, W]` for models that attend to the tokens.
 */
export function textGraph(config: ClipConfig): Graph {
  const graph = new Graph('inference');
  const ids = graph.input('input_ids', 'int64', ['batch', 'length']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'length']);
  const { embedding, hidden } = textEncoder(ids, mask, config);
  graph.output('embedding', embedding);
  graph.output('last_hidden_state', hidden);
  return graph;
}
