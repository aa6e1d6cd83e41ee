import {
  globalAveragePool,
  l2Normalize,
  linear,
  reshape,
  resNet,
  resNetChannels,
  type Value,
} from '@cxrkit/nn';
import type { ClipConfig } from './config.js';

/** Pooled features and the unit vector in the shared space. */
export interface Encoded {
  /** `[B, F]` */
  readonly features: Value;
  /** `[B, E]`, length 1. */
  readonly embedding: Value;
}

/** Image tower: pixels `[B, C, S, S]`; weights under `image_encoder.resnet` and `image_projection.projection`, as CXR-CLIP names them. */
export function imageEncoder(pixels: Value, config: ClipConfig): Encoded {
  const map = resNet(pixels, 'image_encoder.resnet', config.image);
  const features = reshape(globalAveragePool(map), [pixels.dims[0], resNetChannels(config.image)]);
  return {
    features,
    embedding: l2Normalize(linear(features, 'image_projection.projection', config.embedding)),
  };
}
