import {
  add,
  attention,
  conv2d,
  gelu,
  groupNorm,
  layerNorm,
  linear,
  mergeHeads,
  mul,
  reshape,
  split,
  splitHeads,
  staticDim,
  transpose,
  type Value,
  zeros,
} from '@cxrkit/nn';
import { convolutionStart } from '../residual-block.js';
import type { UNetConfig } from './config.js';

/**
 * Lets every cell of a map look at the others and at the context, as a residual (`Transformer2DModel` of diffusers with
 * one block; Rombach et al. 2022, appendix E.2.1).
 *
 * @param x - `[B, C, H, W]`.
 * @param context - `[B, L, contextWidth]`.
 */
export function spatialTransformer(
  x: Value,
  context: Value,
  name: string,
  { groups, heads }: UNetConfig,
): Value {
  const [batch, ...rest] = x.dims;
  const [channels, height, width] = rest.map((dim) => staticDim(dim, `${name} input`));
  const normalized = groupNorm(x, `${name}.norm`, groups, 1e-6);
  const initializer = convolutionStart;
  const projected = conv2d(normalized, `${name}.proj_in`, channels, 1, { initializer });
  const flat = reshape(projected, [batch, channels, height * width]);
  const cells = transformerBlock(
    transpose(flat, [0, 2, 1]),
    context,
    `${name}.transformer_blocks.0`,
    heads,
  );
  const map = reshape(transpose(cells, [0, 2, 1]), x.dims);
  // Starts as the identity, as the network was trained (`zero_module` of latent-diffusion).
  return add(x, conv2d(map, `${name}.proj_out`, channels, 1, { initializer: zeros }));
}

/** Self-attention, attention to the context and a gated feed-forward, each pre-norm and residual: `[B, T, D]`. */
function transformerBlock(x: Value, context: Value, name: string, heads: number): Value {
  const width = staticDim(x.dims[2], `${name} width`);
  const norm = (from: Value, i: number): Value => layerNorm(from, `${name}.norm${i}`);
  const own = norm(x, 1);
  let h = add(x, multiHeadAttention(own, own, `${name}.attn1`, heads));
  h = add(h, multiHeadAttention(norm(h, 2), context, `${name}.attn2`, heads));
  const [hidden, gate] = split(linear(norm(h, 3), `${name}.ff.net.0.proj`, 8 * width), 2, 2);
  return add(h, linear(mul(hidden, gelu(gate)), `${name}.ff.net.2`, width));
}

function multiHeadAttention(x: Value, source: Value, name: string, heads: number): Value {
  const width = staticDim(x.dims[2], `${name} width`);
  const project = (from: Value, part: string): Value =>
    splitHeads(linear(from, `${name}.${part}`, width, { bias: false }), heads);
  const context = attention(project(x, 'to_q'), project(source, 'to_k'), project(source, 'to_v'));
  return linear(mergeHeads(context), `${name}.to_out.0`, width);
}
