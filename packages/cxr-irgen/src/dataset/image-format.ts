import { encodeJpeg, encodePng, type GrayImage } from '@cxrkit/core/image';

/** How images of a data set are written: `png` loses nothing; `jpeg` (quality 95) is smaller, as MIMIC-CXR-JPG is. */
export type DatasetImageFormat = 'png' | 'jpeg';

/** Every format. */
export const DATASET_IMAGE_FORMATS: readonly DatasetImageFormat[] = ['png', 'jpeg'];

/** Name of an image from its folder; the group is its number. */
export const IMAGE_NAME: RegExp = /^images\/(\d+)\.(?:png|jpg)$/;

const ENDINGS = { png: 'png', jpeg: 'jpg' } as const;

/** @returns `images/0007.png`, with zeros up to `digits`. */
export function imageName(index: number, digits: number, format: DatasetImageFormat): string {
  return `images/${String(index).padStart(digits, '0')}.${ENDINGS[format]}`;
}

/** @returns The digits of the number of a pair in the whole set, as its image is called. */
export function imageNumber(name: string): string {
  return IMAGE_NAME.exec(name)?.[1] ?? '';
}

/** @returns The bytes of the file. */
export async function encodeImage(
  image: GrayImage,
  format: DatasetImageFormat,
): Promise<Uint8Array> {
  return format === 'jpeg' ? await encodeJpeg(image) : await encodePng(image);
}
