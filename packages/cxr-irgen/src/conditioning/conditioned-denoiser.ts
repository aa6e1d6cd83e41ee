import {
  add,
  concat,
  Graph,
  mul,
  normalInitializer,
  reshape,
  sub,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import { denoiser } from '../network/denoiser.js';
import type { VisionNetwork } from './vision-network.js';

/** What a denoiser is told. */
export interface Conditions {
  /** `[B, L, D]` token states for an `sd-unet`, `[B, D]` pooled for a `u-vit`. */
  readonly text: Value;
  /** `[B, D]`. */
  readonly reference: Value;
  /** `[B]`, 1 = there is a reference, 0 = none. */
  readonly hasReference: Value;
}

/**
 * Predicts noise from latents and conditions: the reference is the last token for an `sd-unet`, and meets the prompt in
 * their mean for a `u-vit` (CXR-IRGen, cxr-irgen.md 2.4).
 *
 * @param latents - `[B, C, s, s]`.
 * @param timesteps - float32 `[B]`.
 * @returns `[B, C, s, s]`; weights of the denoiser, and `null_reference` where it is learned.
 */
export function conditionedNoise(
  latents: Value,
  timesteps: Value,
  { text, reference, hasReference }: Conditions,
  network: VisionNetwork,
): Value {
  const { conditionScale = 1 } = network;
  const given = completed(mul(reference, conditionScale), hasReference, network);
  const context =
    network.denoiser.kind === 'u-vit'
      ? unsqueeze(mul(add(mul(text, conditionScale), given), 0.5), 1)
      : concat([text, unsqueeze(given, 1)], 1);
  return denoiser(latents, timesteps, context, network.denoiser);
}

/** Puts the null in the place of missing references. */
function completed(
  reference: Value,
  hasReference: Value,
  { nullReference, textWidth }: VisionNetwork,
): Value {
  const present = reshape(hasReference, [hasReference.dims[0], 1]);
  const masked = mul(reference, present);
  if (nullReference === 'zeros') return masked;
  const initializer = normalInitializer(0.02);
  const missing = reference.graph.parameter('null_reference', [textWidth], { initializer });
  return add(masked, mul(sub(1, present), reshape(missing, [1, textWidth])));
}

/** Declares the inputs that a denoiser takes beside latents and time; `length` of token states is `textLength` by default. */
export function conditionInputs(
  graph: Graph,
  batch: number | string,
  { denoiser: { kind }, textLength, textWidth }: VisionNetwork,
  length: number | string = textLength,
): Conditions {
  const textDims = kind === 'u-vit' ? [batch, textWidth] : [batch, length, textWidth];
  return {
    text: graph.input('text', 'float32', textDims),
    reference: graph.input('reference', 'float32', [batch, textWidth]),
    hasReference: graph.input('has_reference', 'float32', [batch]),
  };
}

/**
 * `latents`, `timesteps`, `text`, `reference`, `has_reference` -> `noise`; shapes as of {@link conditionedNoise}.
 *
 * @param length - Of the token states: a name leaves it open.
 */
export function visionGraph(network: VisionNetwork, length?: string): Graph {
  const graph = new Graph('inference');
  const { side, latentChannels } = network.denoiser;
  const latents = graph.input('latents', 'float32', ['batch', latentChannels, side, side]);
  const timesteps = graph.input('timesteps', 'float32', ['batch']);
  const conditions = conditionInputs(graph, 'batch', network, length);
  graph.output('noise', conditionedNoise(latents, timesteps, conditions, network));
  return graph;
}
