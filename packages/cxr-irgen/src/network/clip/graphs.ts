import { Graph } from '@cxrkit/nn';
import type { ClipTextConfig, ClipVisionConfig } from './config.js';
import { clipText } from './text.js';
import { clipVision } from './vision.js';

/** `input_ids` int64 `[batch, length]` -> `last_hidden_state [batch, length, width]`, `pooler_output [batch, width]`. */
export function clipTextGraph(config: ClipTextConfig): Graph {
  const graph = new Graph('inference');
  const { hidden, pooled } = clipText(
    graph.input('input_ids', 'int64', ['batch', 'length']),
    config,
  );
  graph.output('last_hidden_state', hidden);
  graph.output('pooler_output', pooled);
  return graph;
}

/** `pixel_values [batch, channels, side, side]` -> `pooler_output [batch, width]`. */
export function clipVisionGraph(config: ClipVisionConfig): Graph {
  const graph = new Graph('inference');
  const { channels, side } = config;
  const pixels = graph.input('pixel_values', 'float32', ['batch', channels, side, side]);
  graph.output('pooler_output', clipVision(pixels, config));
  return graph;
}
