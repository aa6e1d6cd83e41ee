import { float32, type Tensor } from '@cxrkit/core';
import {
  centerCrop,
  type GrayImage,
  resizeBilinearAntialias,
  resizeShorterSide,
} from '@cxrkit/core/image';
import { z } from 'zod';

/**
 * How a picture becomes a square: `cover` scales the shorter side and cuts the middle out, `stretch` takes the whole
 * picture and gives up its aspect, as CXR-IRGen does.
 */
export type SquareFit = 'cover' | 'stretch';

/** The picture that an autoencoder takes. */
export interface PictureShape {
  /** Pixels. */
  readonly side: number;
  readonly fit: SquareFit;
}

/** Checks a {@link PictureShape}, the `preprocessing` of an autoencoder's model folder. */
export const pictureShapeSchema: z.ZodType<PictureShape> = z.strictObject({
  side: z.int().positive(),
  fit: z.enum(['cover', 'stretch']),
});

/**
 * Makes a square picture by Pillow's antialiased bilinear filter.
 *
 * @returns `[side, side]`.
 */
export function squarePicture(image: GrayImage, { side, fit }: PictureShape): GrayImage {
  if (fit === 'stretch') return resizeBilinearAntialias(image, side, side);
  return centerCrop(resizeShorterSide(image, side), side, side);
}

/**
 * Joins square pictures to what an autoencoder takes: grey / 127.5 - 1.
 *
 * @param images - Of one size.
 * @returns `[N, channels, side, side]`; each channel holds the grey.
 */
export function pixelTensor(images: readonly GrayImage[], channels = 1): Tensor<'float32'> {
  const { width, height } = images[0];
  const area = width * height;
  const values = new Float32Array(images.length * channels * area);
  for (const [row, { data }] of images.entries())
    for (let channel = 0; channel < channels; channel++) {
      const offset = (row * channels + channel) * area;
      for (let i = 0; i < area; i++) values[offset + i] = data[i] / 127.5 - 1;
    }
  return float32(values, [images.length, channels, height, width]);
}
