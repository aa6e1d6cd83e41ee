import type { Tensors } from '@cxrkit/core';
import type { OnnxSession } from '@cxrkit/core/onnx';
import type { TokenBatch } from '@cxrkit/core/tokenizer';
import type { DenoiserConfig } from '../network/index.js';
import type { EncodersArchitecture } from '../parts/architectures.js';

/** Names of the outputs that tell a denoiser what to draw. */
export interface ConditionOutputs {
  /** Of the graph `text`: token states `[B, L, D]` for an `sd-unet`, one vector `[B, D]` for a `u-vit`. */
  readonly text: string;
  /** Of the graph `image`: `[B, D]`. */
  readonly image: string;
}

/** @returns Which outputs of the encoders a denoiser of this kind takes. */
export function conditionOutputs(
  { outputs }: EncodersArchitecture,
  kind: DenoiserConfig['kind'],
): ConditionOutputs {
  return { text: kind === 'u-vit' ? outputs.text : 'last_hidden_state', image: outputs.reference };
}

/** Feeds the text graph; one that reads no mask of padding, as CLIP's, is given none. */
export function textFeeds({ ids, mask }: TokenBatch, { inputs }: OnnxSession): Tensors {
  const readsMask = inputs.some(({ name }) => name === 'attention_mask');
  return { input_ids: ids, ...(readsMask && { attention_mask: mask }) };
}
