import { concat, cos, mul, reshape, sin, type Value } from '@cxrkit/nn';

/** Longest period of the sinusoids over 2 pi, as in Vaswani et al. 2017. */
const MAX_PERIOD = 10_000;

/**
 * Turns time into a vector: float32 `[B]` -> `[B, width]`, first the cosines, then the sines, of t * 10000^(-i / half)
 * (diffusers' `flip_sin_to_cos`, `freq_shift` 0; U-ViT's `timestep_embedding`).
 *
 * @param timesteps - May be fractional.
 * @param width - Even.
 */
export function timestepEmbedding(timesteps: Value, width: number): Value {
  const half = width / 2;
  const data = Float32Array.from({ length: half }, (_, i) =>
    Math.exp((-Math.log(MAX_PERIOD) * i) / half),
  );
  const frequencies = timesteps.graph.constant({ type: 'float32', dims: [1, half], data });
  const angles = mul(reshape(timesteps, [timesteps.dims[0], 1]), frequencies);
  return concat([cos(angles), sin(angles)], 1);
}
