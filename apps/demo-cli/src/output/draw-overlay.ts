import type { GrayImage } from '@cxrkit/core/image';
import sharp from 'sharp';
import type { Analysis } from '../result/analysis.js';
import { drawBoxes, type PictureFrame } from './overlay-boxes.js';
import { drawPanel } from './overlay-panel.js';

/** Longer side of the picture on an overlay, in pixels. */
const PICTURE_SIDE = 1000;
const PANEL_WIDTH = 480;
/** Beyond it the panel's text is cut. */
const MOST_HEIGHT = 4000;
const BACKGROUND = '#10151a';

/**
 * Draws what was found: the picture with its boxes and names, and beside it the report, the classification and the
 * warnings.
 *
 * @param image - The picture that `analysis` speaks of.
 * @returns A PNG.
 */
export async function drawOverlay(image: GrayImage, analysis: Analysis): Promise<Uint8Array> {
  // However small the picture is: names must be readable beside its regions.
  const scale = PICTURE_SIDE / Math.max(image.width, image.height);
  const size = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  const [width, height] = [size(image.width), size(image.height)];
  const panel = drawPanel(analysis, PICTURE_SIDE, PANEL_WIDTH);
  const total = Math.min(MOST_HEIGHT, Math.max(height, panel.height));
  const frame: PictureFrame = {
    x: Math.floor((PICTURE_SIDE - width) / 2),
    y: Math.floor((total - height) / 2),
    ...{ width, height, scale },
  };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE_SIDE + PANEL_WIDTH}" height="${total}">${drawBoxes(analysis.regions, frame)}${panel.svg}</svg>`;
  const picture = await enlarge(image, width, height);
  return await sharp({
    create: {
      ...{ width: PICTURE_SIDE + PANEL_WIDTH, height: total },
      ...{ channels: 3, background: BACKGROUND },
    },
  })
    .composite([
      { input: picture, raw: { width, height, channels: 3 }, left: frame.x, top: frame.y },
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .removeAlpha()
    .png({ compressionLevel: 6 })
    .toBuffer();
}

async function enlarge(image: GrayImage, width: number, height: number): Promise<Buffer> {
  const raw = { width: image.width, height: image.height, channels: 1 as const };
  return await sharp(image.data, { raw, limitInputPixels: false })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}
