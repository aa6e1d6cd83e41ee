import {
  add,
  attention,
  layerNorm,
  linear,
  mergeHeads,
  mlp,
  normalInitializer,
  quickGelu,
  splitHeads,
  type Value,
} from '@cxrkit/nn';
import type { ClipTextConfig, ClipVisionConfig } from './config.js';

/** With which a CLIP starts. */
export const clipStart: ReturnType<typeof normalInitializer> = normalInitializer(0.02);

/**
 * Builds a pre-norm transformer layer with CLIP's quick GELU: `[B, T, width]` -> the same.
 *
 * @param bias - Added to the scores of attention, broadcast to `[B, heads, T, T]`.
 */
export function clipLayer(
  x: Value,
  name: string,
  { width, heads, mlp: hidden, epsilon }: ClipTextConfig | ClipVisionConfig,
  bias?: Value,
): Value {
  const initializer = clipStart;
  const project = (from: Value, part: string): Value =>
    linear(from, `${name}.self_attn.${part}_proj`, width, { initializer });
  const own = layerNorm(x, `${name}.layer_norm1`, epsilon);
  const [query, key, value] = ['q', 'k', 'v'].map((part) => splitHeads(project(own, part), heads));
  const h = add(x, project(mergeHeads(attention(query, key, value, bias)), 'out'));
  const names = [`${name}.mlp.fc1`, `${name}.mlp.fc2`] as const;
  const inner = layerNorm(h, `${name}.layer_norm2`, epsilon);
  return add(h, mlp(inner, names, [hidden, width], quickGelu, { initializer }));
}
