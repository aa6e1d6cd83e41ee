import { InvalidInputError, type Tensor } from '@cxrkit/core';
import type { LatentDims } from './noise-source.js';
import type { NoiseLevel } from './schedule.js';

/** A picture of which a part is made anew. */
export interface Inpainting {
  /** `[B, C, H, W]`, the picture's latents. */
  readonly latents: Tensor<'float32'>;
  /** `[B or 1, 1, H, W]`: 1 is made anew, 0 is kept, in between is mixed. */
  readonly mask: Tensor<'float32'>;
}

/**
 * Puts the known part, with the noise of `level`, back into `x` in place (Song et al. 2021, appendix I.2).
 *
 * @throws {@link InvalidInputError} for latents or a mask that do not fit `dims`.
 */
export function keepKnown(
  x: Float64Array,
  noise: Float32Array,
  level: NoiseLevel,
  { latents, mask }: Inpainting,
  dims: LatentDims,
): void {
  const [images, channels, height, width] = dims;
  const masks = mask.dims[0];
  if (String(latents.dims) !== String(dims))
    throw new InvalidInputError('inpaint.latents', `dims [${dims}]`, `dims [${latents.dims}]`);
  if (String(mask.dims) !== String([masks, 1, height, width]) || ![1, images].includes(masks))
    throw new InvalidInputError(
      'inpaint.mask',
      `dims [${images} or 1, 1, ${height}, ${width}]`,
      `dims [${mask.dims}]`,
    );
  const area = height * width;
  for (let i = 0; i < x.length; i++) {
    const image = masks === 1 ? 0 : Math.floor(i / (channels * area));
    const fresh = mask.data[image * area + (i % area)];
    const known = level.signal * latents.data[i] + level.noise * noise[i];
    x[i] = fresh * x[i] + (1 - fresh) * known;
  }
}
