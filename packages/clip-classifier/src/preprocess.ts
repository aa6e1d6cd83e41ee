import { float32, type Tensor } from '@cxrkit/core';
import { centerCrop, type GrayImage, resizeShorterSide } from '@cxrkit/core/image';
import type { ClipPreprocessing } from './network/config.js';

/**
 * Makes the tensor of a picture: shorter side to S (Pillow bilinear with antialias), centre crop,
 * (x / 255 - mean) / deviation; a grey level is repeated over the channels (CXR-CLIP `data_utils.py:47-67`).
 *
 * @returns `[1, C, S, S]`.
 */
export function preprocess(
  image: GrayImage,
  { side, mean, deviation }: ClipPreprocessing,
): Tensor<'float32'> {
  const { data } = centerCrop(resizeShorterSide(image, side), side, side);
  const channels = mean.length;
  const pixels = new Float32Array(channels * data.length);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < data.length; i++)
      pixels[c * data.length + i] = (data[i] / 255 - mean[c]) / deviation[c];
  return float32(pixels, [1, channels, side, side]);
}
