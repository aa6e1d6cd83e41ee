import {
  add,
  conv2d,
  groupNorm,
  type Initializer,
  linear,
  reshape,
  silu,
  uniformFanIn,
  type Value,
} from '@cxrkit/nn';

/** PyTorch's default of convolutions, with which the published networks start. */
export const convolutionStart: Initializer = uniformFanIn;

/** Settings that the residual blocks of one network share. */
export interface ResidualBlockOptions {
  /** Of the group normalisations. */
  readonly groups: number;
  readonly epsilon: number;
  /** `[B, T]` embedding of the timestep, already activated; a VAE has none. */
  readonly time?: Value;
  /** Of the last convolution. @defaultValue {@link convolutionStart} */
  readonly lastInitializer?: Initializer;
}

/**
 * Builds a residual block of a diffusion network (`ResnetBlock2D` of diffusers; Ho et al. 2020, appendix B):
 * norm, SiLU, 3 x 3 convolution, plus time, twice, beside a shortcut that is 1 x 1 where the channels change.
 *
 * @param x - `[B, C, H, W]`.
 * @returns `[B, channels, H, W]`.
 */
export function residualBlock(
  x: Value,
  name: string,
  channels: number,
  options: ResidualBlockOptions,
): Value {
  const { groups, epsilon, time, lastInitializer = convolutionStart } = options;
  const convolve = (from: Value, part: string, initializer: Initializer): Value =>
    conv2d(from, `${name}.${part}`, channels, 3, { padding: 1, initializer });
  const activate = (from: Value, part: string): Value =>
    silu(groupNorm(from, `${name}.${part}`, groups, epsilon));
  let h = convolve(activate(x, 'norm1'), 'conv1', convolutionStart);
  if (time) {
    const shift = linear(time, `${name}.time_emb_proj`, channels);
    h = add(h, reshape(shift, [shift.dims[0], channels, 1, 1]));
  }
  h = convolve(activate(h, 'norm2'), 'conv2', lastInitializer);
  const shortcut =
    x.dims[1] === channels
      ? x
      : conv2d(x, `${name}.conv_shortcut`, channels, 1, { initializer: convolutionStart });
  return add(shortcut, h);
}
