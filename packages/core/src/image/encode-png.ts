import sharp from 'sharp';
import { checkImage, type GrayImage, type RgbImage } from './gray-image.js';

/**
 * Encodes a picture as PNG, 8 bits a sample: grey for `[H, W]` data, RGB for `[H, W, 3]`.
 *
 * @throws {@link InvalidInputError} if the data fits neither.
 */
export async function encodePng(image: GrayImage | RgbImage): Promise<Uint8Array> {
  const { width, height, data } = image;
  const channels = data.length === width * height * 3 ? 3 : 1;
  checkImage(image, channels);
  const pipeline = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return await (channels === 1 ? pipeline.toColourspace('b-w') : pipeline).png().toBuffer();
}
