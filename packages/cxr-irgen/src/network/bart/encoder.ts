import {
  cast,
  div,
  equal,
  gather,
  matmul,
  paddingBias,
  reduceSum,
  squeeze,
  sub,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import type { BartConfig } from './config.js';
import {
  addAndNormalize,
  attend,
  type DropoutMasks,
  embedTokens,
  feedForward,
  keysAndValues,
  positionsOf,
} from './layers.js';

/**
 * Encodes texts to one vector each, `[B, width]`; weights by Hugging Face's names under `model.encoder`, `model.shared`.
 *
 * @param ids - int64 `[B, T]`, BOS first, EOS last.
 * @param mask - int64 `[B, T]`, 1 = token, 0 = padding at the end.
 * @param masks - Of dropout. @defaultValue nothing is dropped
 */
export function bartEncoder(
  ids: Value,
  mask: Value,
  config: BartConfig,
  masks?: DropoutMasks,
): Value {
  const positions = positionsOf(ids);
  let h = embedTokens(ids, positions, 'model.encoder', config, masks);
  const bias = paddingBias(mask);
  for (let i = 0; i < config.encoderLayers; i++) {
    const name = `model.encoder.layers.${i}`;
    const self = `${name}.self_attn`;
    const change = attend(h, keysAndValues(h, self, config), self, config, { bias, masks });
    h = addAndNormalize(h, change, `${self}_layer_norm`, config, masks);
    h = feedForward(h, name, config, masks);
  }
  return pool(h, mask, positions, config);
}

/** `[B, T, width]` -> `[B, width]`. */
function pool(h: Value, mask: Value, positions: Value, { pooling }: BartConfig): Value {
  if (pooling === 'bos') {
    const first = h.graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(0n) });
    return gather(h, first, 1);
  }
  const last = sub(reduceSum(mask, { axes: [1], keepDims: true }), 1);
  const weights =
    pooling === 'eos' ? cast(equal(positions, last), 'float32') : shares(cast(mask, 'float32'));
  return squeeze(matmul(unsqueeze(weights, 1), h), 1);
}

/** Scales each row of 0 and 1 to a sum of 1. */
function shares(mask: Value): Value {
  return div(mask, reduceSum(mask, { axes: [1], keepDims: true }));
}
