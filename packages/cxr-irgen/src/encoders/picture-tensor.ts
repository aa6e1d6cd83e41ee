import { float32, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { squarePicture } from '../conditioning/square-picture.js';
import type { PicturePreprocessing } from '../parts/architectures.js';

/**
 * Makes the tensor of a reference picture: a square of side S (Pillow bilinear with antialias; the shorter side and a
 * centre crop, or the whole picture without its aspect), (x / 255 - mean) / deviation; the grey level is repeated over the
 * channels.
 *
 * @returns `[1, C, S, S]`.
 */
export function pictureTensor(
  image: GrayImage,
  { side, fit, mean, deviation }: PicturePreprocessing,
): Tensor<'float32'> {
  const { data } = squarePicture(image, { side, fit });
  const area = data.length;
  const pixels = new Float32Array(mean.length * area);
  for (const [channel, middle] of mean.entries())
    for (let i = 0; i < area; i++)
      pixels[channel * area + i] = (data[i] / 255 - middle) / deviation[channel];
  return float32(pixels, [1, mean.length, side, side]);
}
