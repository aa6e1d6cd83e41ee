import type { LabelledImage } from '@cxrkit/core';
import { type GrayImage, readImage, resizeArea } from '@cxrkit/core/image';

/** Reads a training picture; one whose file was squashed gets its shape back. */
export async function readScene({
  image: path,
  aspect,
}: Pick<LabelledImage, 'image' | 'aspect'>): Promise<GrayImage> {
  const { image } = await readImage(path);
  if (aspect === undefined) return image;
  return resizeArea(image, Math.max(1, Math.round(image.height * aspect)), image.height);
}
