import { Graph, type Value } from '@cxrkit/nn';
import { z } from 'zod';
import { type UVitConfig, uVitConfigSchema } from './u-vit/config.js';
import { uVit } from './u-vit/u-vit.js';
import { type UNetConfig, uNetConfigSchema } from './unet/config.js';
import { uNet } from './unet/unet.js';

/** Either denoiser; they take and give the same tensors. */
export type DenoiserConfig = UNetConfig | UVitConfig;

/** Checks a {@link DenoiserConfig}. */
export const denoiserConfigSchema: z.ZodType<DenoiserConfig> = z.union([
  uNetConfigSchema,
  uVitConfigSchema,
]);

/**
 * Predicts the noise in latents with the network that `config` names.
 *
 * @param latents - `[B, C, side, side]`.
 * @param timesteps - float32 `[B]`.
 * @param context - `[B, L, D]`.
 */
export function denoiser(
  latents: Value,
  timesteps: Value,
  context: Value,
  config: DenoiserConfig,
): Value {
  return config.kind === 'u-vit'
    ? uVit(latents, timesteps, context, config)
    : uNet(latents, timesteps, context, config);
}

/** `latents [batch, C, side, side]`, `timesteps [batch]`, `context [batch, length, D]` -> `noise`; `length` is fixed for a U-ViT. */
export function denoiserGraph(config: DenoiserConfig): Graph {
  const graph = new Graph('inference');
  const { side, latentChannels } = config;
  const latents = graph.input('latents', 'float32', ['batch', latentChannels, side, side]);
  const timesteps = graph.input('timesteps', 'float32', ['batch']);
  const dims =
    config.kind === 'u-vit'
      ? ['batch', config.contextTokens, config.contextWidth ?? config.width]
      : ['batch', 'length', config.contextWidth];
  const context = graph.input('context', 'float32', dims);
  graph.output('noise', denoiser(latents, timesteps, context, config));
  return graph;
}
