import { type GrayImage, readImage, resizeArea } from '@cxrkit/core/image';
import type { TrainingImage } from './training-image.js';

/** Reads a picture; one whose file was squashed gets its shape back. */
export async function readScene({
  image: path,
  aspect,
}: Pick<TrainingImage, 'image' | 'aspect'>): Promise<GrayImage> {
  const { image } = await readImage(path);
  if (aspect === undefined) return image;
  return resizeArea(image, Math.max(1, Math.round(image.height * aspect)), image.height);
}
