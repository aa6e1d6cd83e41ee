import { type GrayImage, type Letterbox, letterbox } from '@cxrkit/core/image';
import type { DetectorConfig } from './network/config.js';

/** A picture on the network's canvas. */
export interface PreparedImage {
  /** `[S * S]` normalised; the border is black, as in RGRG, hence not 0. */
  readonly pixels: Float32Array;
  readonly placement: Letterbox;
}

/** Longer side to S by area averaging, black border, (x - mean) / deviation (RGRG `generate_reports_for_images.py:129-147`). */
export function preprocess(
  image: GrayImage,
  { side, mean, deviation }: DetectorConfig,
): PreparedImage {
  const placement = letterbox(image, side);
  const { data } = placement.image;
  const pixels = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) pixels[i] = (data[i] - mean) / deviation;
  return { placement, pixels };
}
