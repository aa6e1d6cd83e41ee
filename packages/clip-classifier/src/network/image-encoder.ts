import {
  backbone,
  backboneChannels,
  globalAveragePool,
  l2Normalize,
  linear,
  reshape,
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
  const map = backbone(pixels, backboneName(config), config.image.backbone);
  const features = reshape(globalAveragePool(map), [
    pixels.dims[0],
    backboneChannels(config.image.backbone),
  ]);
  return {
    features,
    embedding: l2Normalize(linear(features, 'image_projection.projection', config.embedding)),
  };
}

/** Prefix of the trunk's keys: CXR-CLIP's `image_encoder.resnet`, or the family's own name. */
function backboneName({ image }: ClipConfig): string {
  return image.backbone.kind === 'resnet' ? 'image_encoder.resnet' : 'image_encoder.mobilenet';
}
