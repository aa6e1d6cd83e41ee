import {
  add,
  attention,
  groupNorm,
  linear,
  mergeHeads,
  reshape,
  splitHeads,
  staticDim,
  transpose,
  type Value,
} from '@cxrkit/nn';
import { type ResidualBlockOptions, residualBlock } from '../residual-block.js';
import type { VaeConfig } from './config.js';

/** @returns The settings of every residual block of an autoencoder. */
export function blockOptions({ groups }: VaeConfig): ResidualBlockOptions {
  return { groups, epsilon: 1e-6 };
}

/** The lowest level: a residual block, attention over the whole map, a residual block. */
export function middleBlock(x: Value, name: string, config: VaeConfig): Value {
  const channels = staticDim(x.dims[1], `${name} channels`);
  const options = blockOptions(config);
  let h = residualBlock(x, `${name}.resnets.0`, channels, options);
  if (config.attention) h = mapAttention(h, `${name}.attentions.0`, options);
  return residualBlock(h, `${name}.resnets.1`, channels, options);
}

/** Self-attention with one head over the cells of a map, as a residual (`AttentionBlock` of diffusers 0.14). */
function mapAttention(
  x: Value,
  name: string,
  { groups, epsilon }: Pick<ResidualBlockOptions, 'groups' | 'epsilon'>,
): Value {
  const [batch, channels, height, width] = x.dims.map((dim, axis) =>
    axis === 0 ? dim : staticDim(dim, `${name} input`),
  ) as [Value['dims'][0], number, number, number];
  const normalized = groupNorm(x, `${name}.group_norm`, groups, epsilon);
  const cells = transpose(reshape(normalized, [batch, channels, height * width]), [0, 2, 1]);
  const [query, key, value] = ['query', 'key', 'value'].map((part) =>
    splitHeads(linear(cells, `${name}.${part}`, channels), 1),
  );
  const context = mergeHeads(attention(query, key, value));
  const projected = linear(context, `${name}.proj_attn`, channels);
  return add(x, reshape(transpose(projected, [0, 2, 1]), x.dims));
}
