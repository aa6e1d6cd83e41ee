import { elementCount, float32, InvalidInputError, type Tensor } from '@cxrkit/core';
import { Graph } from '@cxrkit/nn';
import { emaSlot } from '@cxrkit/nn/train';
import type { BartConfig } from '../network/bart/config.js';
import { bartDecoder } from '../network/bart/decoder.js';
import { bartEncoder } from '../network/bart/encoder.js';

/** What {@link exportLanguageState} may be told. */
export interface LanguageStateOptions {
  /** Takes the moving averages where there are any, or the weights as they are. @defaultValue 'average' */
  readonly weights?: 'average' | 'current';
  /** Goes before every name, such as that of the module which holds the BART. @defaultValue '' */
  readonly prefix?: string;
}

/** Hugging Face's further names of the word table, which is tied. */
const ALIASES = [
  'model.encoder.embed_tokens.weight',
  'model.decoder.embed_tokens.weight',
  'lm_head.weight',
];
const WORDS = 'model.shared.weight';

/** Queries and keys of the attention to one key: whatever they are, the softmax is 1 and no gradient comes back. */
const IDLE = /\.encoder_attn\.[qk]_proj\./;

/**
 * Completes the weights of a language module to the state dict of Hugging Face's `BartForConditionalGeneration`, as
 * PyTorch's strict loading takes it: with the aliases of the word table, and with zeros for queries and keys of the
 * cross-attention, which our training leaves out, where the state has none.
 *
 * @param state - By the network's names: averages of a training, or all of its `state.safetensors`.
 * @returns In the order of the network; aliases share their numbers.
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export function exportLanguageState(
  state: ReadonlyMap<string, Tensor>,
  config: BartConfig,
  { weights = 'average', prefix = '' }: LanguageStateOptions = {},
): Map<string, Tensor> {
  const complete = new Map<string, Tensor>();
  for (const [name, { dims }] of wholeNetwork(config).parameters) {
    const average = weights === 'average' ? state.get(emaSlot(name)) : undefined;
    const idle = IDLE.test(name) ? zerosOf(dims) : undefined;
    const found = average ?? state.get(name) ?? idle;
    if (!found || String(found.dims) !== String(dims))
      throw new InvalidInputError(
        `weight ${name}`,
        `dims [${dims}]`,
        found ? `dims [${found.dims}]` : 'nothing',
      );
    complete.set(prefix + name, found);
    if (name === WORDS) for (const alias of ALIASES) complete.set(prefix + alias, found);
  }
  return complete;
}

function wholeNetwork(config: BartConfig): Graph {
  const graph = new Graph('training');
  const ids = graph.input('ids', 'int64', [1, 1]);
  const vector = bartEncoder(ids, ids, config);
  graph.output('logits', bartDecoder(ids, vector, config, { crossAttention: 'full' }));
  return graph;
}

function zerosOf(dims: readonly number[]): Tensor {
  return float32(new Float32Array(elementCount(dims)), dims);
}
