import sharp, { type Sharp } from 'sharp';
import { checkImage, type GrayImage, type RgbImage } from './gray-image.js';

/**
 * Encodes a picture as PNG, 8 bits a sample: grey for `[H, W]` data, RGB for `[H, W, 3]`.
 *
 * @throws {@link InvalidInputError} if the data fits neither.
 */
export async function encodePng(image: GrayImage | RgbImage): Promise<Uint8Array> {
  return await pictureOf(image).png().toBuffer();
}

/**
 * Encodes a picture as JPEG: grey for `[H, W]` data, RGB for `[H, W, 3]`.
 *
 * @param quality - 1 to 100. @defaultValue 95
 * @throws {@link InvalidInputError} if the data fits neither.
 */
export async function encodeJpeg(image: GrayImage | RgbImage, quality = 95): Promise<Uint8Array> {
  return await pictureOf(image).jpeg({ quality }).toBuffer();
}

function pictureOf(image: GrayImage | RgbImage): Sharp {
  const { width, height, data } = image;
  const channels = data.length === width * height * 3 ? 3 : 1;
  checkImage(image, channels);
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return channels === 1 ? picture.toColourspace('b-w') : picture;
}
