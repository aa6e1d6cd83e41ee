import { float32, InvalidInputError, type Tensor } from '@cxrkit/core';
import type { Denoise } from './trajectory.js';

/** A network that predicts noise `[B, C, H, W]` from latents, one timestep for all rows, and context `[B, L, D]`. */
export type NoisePredictor = (
  latents: Tensor<'float32'>,
  timestep: number,
  context: Tensor<'float32'>,
) => Promise<Tensor<'float32'>>;

/** What {@link classifierFreeGuidance} guides to. */
export interface GuidanceOptions {
  /** `[B, L, D]`. */
  readonly context: Tensor<'float32'>;
  /** What stands for no condition: `[B, L, D]`, or `[1, L, D]` for all images. */
  readonly nullContext: Tensor<'float32'>;
  /** How far beyond the unguided prediction to go: 1 is the condition as it is, 0 none; 0 to {@link MAX_GUIDANCE}. */
  readonly guidance: number;
}

/** Largest guidance; published values are 1 to 15. */
export const MAX_GUIDANCE = 50;

/**
 * Guides a network towards its condition (Ho & Salimans 2022): noise = u + guidance * (c - u), from one batch that holds
 * the unconditional rows and then the conditional ones. Guidance 1 needs only the latter, 0 only the former.
 *
 * @throws {@link InvalidInputError} for guidance out of range or contexts that do not fit each other.
 */
export function classifierFreeGuidance(
  predict: NoisePredictor,
  { context, nullContext, guidance }: GuidanceOptions,
): Denoise {
  if (!(guidance >= 0 && guidance <= MAX_GUIDANCE))
    throw new InvalidInputError('guidance', `a number from 0 to ${MAX_GUIDANCE}`, guidance);
  const unconditional = repeatTo(context, nullContext);
  if (guidance === 0 || guidance === 1) {
    const only = guidance === 1 ? context : unconditional;
    return (latents, timestep) => predict(latents, timestep, only);
  }
  const both = joinRows(unconditional, context);
  return async (latents, timestep) => {
    const { data } = await predict(joinRows(latents, latents), timestep, both);
    const size = latents.data.length;
    const guided = new Float32Array(size);
    for (let i = 0; i < size; i++) guided[i] = data[i] + guidance * (data[size + i] - data[i]);
    return float32(guided, latents.dims);
  };
}

/** `[1, L, D]` for every row of `context`, or `nullContext` as it is. */
function repeatTo(context: Tensor<'float32'>, nullContext: Tensor<'float32'>): Tensor<'float32'> {
  const [rows, length, width] = context.dims;
  const [nullRows, ...rest] = nullContext.dims;
  if (String(rest) !== String([length, width]) || (nullRows !== rows && nullRows !== 1))
    throw new InvalidInputError(
      'nullContext',
      `dims [${rows} or 1, ${length}, ${width}]`,
      `dims [${nullContext.dims}]`,
    );
  if (nullRows === rows) return nullContext;
  const data = new Float32Array(context.data.length);
  for (let row = 0; row < rows; row++) data.set(nullContext.data, row * length * width);
  return float32(data, context.dims);
}

function joinRows(a: Tensor<'float32'>, b: Tensor<'float32'>): Tensor<'float32'> {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return float32(data, [a.dims[0] + b.dims[0], ...a.dims.slice(1)]);
}
