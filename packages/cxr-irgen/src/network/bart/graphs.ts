import {
  concat,
  emit,
  Graph,
  gather,
  int64List,
  slice,
  splitHeads,
  squeeze,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import type { BartConfig } from './config.js';
import { crossVector, decoderLayer, embedDecoderTokens, nextTokenLogits } from './decoder.js';
import { bartEncoder } from './encoder.js';

/** Names of the graphs of the language module. */
export type BartGraphName = 'bart_encoder' | 'bart_memory' | 'bart_step';

/** Makes the inference graphs of the language module, by name. */
export function bartGraphs(config: BartConfig): Record<BartGraphName, Graph> {
  return {
    bart_encoder: encoderGraph(config),
    bart_memory: memoryGraph(config),
    bart_step: stepGraph(config),
  };
}

/**
 * Names of the cache tensors at one side of a graph: `{side}.cross [n, layers, width]`, what the memory adds in each
 * layer, and `{side}.{i}.key`, `{side}.{i}.value [n, heads, p, d]`, the tokens so far.
 */
export function bartCacheNames(side: 'past' | 'present', config: BartConfig): string[] {
  const layers = [...Array(config.decoderLayers).keys()];
  return [`${side}.cross`, ...layers.flatMap((i) => [`${side}.${i}.key`, `${side}.${i}.value`])];
}

/** `input_ids`, `attention_mask` int64 `[batch, length]` -> `vector [batch, width]`. */
function encoderGraph(config: BartConfig): Graph {
  const graph = new Graph('inference');
  const ids = graph.input('input_ids', 'int64', ['batch', 'length']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'length']);
  graph.output('vector', bartEncoder(ids, mask, config));
  return graph;
}

/** `vector [n, width]` -> a cache that holds the memory and no token ({@link bartCacheNames}, `past`, p = 0). */
function memoryGraph(config: BartConfig): Graph {
  const graph = new Graph('inference');
  const source = unsqueeze(graph.input('vector', 'float32', ['n', config.width]), 1);
  const vectors = Array.from({ length: config.decoderLayers }, (_, i) =>
    crossVector(source, i, config),
  ) as [Value, ...Value[]];
  const [cross, ...empty] = bartCacheNames('past', config);
  graph.output(cross, concat(vectors, 1));
  const nothing = emptied(splitHeads(source, config.heads));
  for (const name of empty) graph.output(name, nothing);
  return graph;
}

/** `[n, heads, 1, d]` -> `[n, heads, 0, d]`; nn's own slices are never empty. */
function emptied(x: Value): Value {
  const ranges = [0, 0, 2].map((at) => int64List(x, [at])) as [Value, Value, Value];
  return emit('Slice', [x, ...ranges], x.dims.with(2, 0));
}

/**
 * One token of each of `n` rows.
 *
 * `input_ids`, `positions` int64 `[n, 1]`, counted from 0; `rows` int64 `[n]`: the row of the cache each continues; the
 * cache `past` of `m` rows -> `logits [n, V]`, the cache `present` of `n` rows and one token more. The first token is
 * EOS at position 0, with the cache of `bart_memory`.
 */
function stepGraph(config: BartConfig): Graph {
  const graph = new Graph('inference');
  const { width, heads, decoderLayers } = config;
  const ids = graph.input('input_ids', 'int64', ['n', 1]);
  const positions = graph.input('positions', 'int64', ['n', 1]);
  const rows = graph.input('rows', 'int64', ['n']);
  const vectors = gather(graph.input('past.cross', 'float32', ['m', decoderLayers, width]), rows);
  const read = (name: string): Value =>
    gather(graph.input(name, 'float32', ['m', heads, 'p', width / heads]), rows);
  graph.output('present.cross', vectors);
  let x = embedDecoderTokens(ids, positions, config);
  for (let i = 0; i < decoderLayers; i++) {
    const past = { key: read(`past.${i}.key`), value: read(`past.${i}.value`) };
    const cross = slice(vectors, [{ axis: 1, start: i, end: i + 1 }]);
    const layer = decoderLayer(x, i, () => cross, config, { past });
    graph.output(`present.${i}.key`, layer.present.key);
    graph.output(`present.${i}.value`, layer.present.value);
    x = layer.x;
  }
  graph.output('logits', squeeze(nextTokenLogits(x, config), 1));
  return graph;
}
