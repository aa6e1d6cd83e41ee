import { causalBias, concat, staticDim, type Value } from '@cxrkit/nn';
import type { ReportGeneratorConfig } from './config.js';
import {
  decoderBlock,
  embedTokens,
  nextTokenLogits,
  projectRegion,
  regionKeyValue,
} from './language-model.js';

/**
 * Reads whole texts at once, as training does: every token sees the picture and the tokens up to itself.
 *
 * @param features - `[N, D_in]` of the region each text is about.
 * @param ids - int64 `[N, T]`, BOS first, `T` fixed; padding at the end is harmless.
 * @returns `[N, T, V]` logits of the token that follows each.
 */
export function sequenceLogits(features: Value, ids: Value, config: ReportGeneratorConfig): Value {
  const length = staticDim(ids.dims[1], 'text length');
  const region = projectRegion(features, config);
  const positions = ids.graph.constant({
    type: 'int64',
    dims: [length],
    data: BigInt64Array.from({ length }, (_, i) => BigInt(i)),
  });
  const bias = regionAndCausalBias(features, length);
  let x = embedTokens(ids, positions, config);
  for (let layer = 0; layer < config.layers; layer++)
    x = decoderBlock(x, layer, regionKeyValue(region, layer, config), config, bias).x;
  return nextTokenLogits(x, config);
}

/** `[1, 1, T, 1 + T]`: the picture in column 0 is visible to all. */
function regionAndCausalBias(like: Value, length: number): Value {
  const visible = like.graph.constant({
    type: 'float32',
    dims: [1, 1, length, 1],
    data: new Float32Array(length),
  });
  return concat([visible, causalBias(like, length)], 3);
}
