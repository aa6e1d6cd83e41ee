import { join } from 'node:path';
import type { GrayImage } from '@cxrkit/core/image';
import sharp, { type OverlayOptions } from 'sharp';
import { readScene } from '../datasets/read-scene.js';
import { DISCLAIMER } from '../output/report-text.js';
import { drawText, fitText } from '../output/text/lettering.js';
import { askedText } from './asked-text.js';
import type { NearestTraining } from './measures/nearest-training.js';
import type { SyntheticPicture } from './measures/synthetic-pictures.js';

const CELL = 192;
const GAP = 14;
const CAPTION = 46;
const TITLE = 66;
const FOOT = 34;
const COLUMNS = 4;
const SIZE = 12;
const INK = '#eef2f5';
const QUIET = '#9aa7b2';
const BACKGROUND = '#10151a';

/** Images on a sheet: those of the first seeds. */
const MOST = 16;

/**
 * Draws synthetic images, the first by seed, each with the training picture next to it in features and the distance.
 *
 * @param pictures - In the order of `nearest.result.generated`.
 * @returns A PNG; it shows real pictures.
 */
export async function drawNearestSheet(
  folder: string,
  pictures: readonly SyntheticPicture[],
  { result, train }: NearestTraining,
): Promise<Uint8Array> {
  const rows = [...pictures.keys()]
    .sort((a, b) => pictures[a].entry.seed - pictures[b].entry.seed)
    .slice(0, MOST);
  const columns = Math.min(COLUMNS, rows.length);
  const width = GAP + columns * (2 * CELL + GAP);
  const height = TITLE + Math.ceil(rows.length / columns) * (CELL + CAPTION + GAP) + FOOT;
  const layers: OverlayOptions[] = [];
  const words: string[] = [];
  for (const [place, row] of rows.entries()) {
    const left = GAP + (place % columns) * (2 * CELL + GAP);
    const top = TITLE + Math.floor(place / columns) * (CELL + CAPTION + GAP);
    const { entry } = pictures[row];
    const made = await sharp(join(folder, entry.image)).resize(CELL, CELL).png().toBuffer();
    const real = await square(await readScene(train[result.generated.nearest[row]]));
    layers.push({ input: made, left, top }, { input: real, left: left + CELL, top });
    const distance = result.generated.distances[row].toPrecision(4);
    words.push(
      line(askedText(entry), left, top + CELL + 17, INK),
      line(`seed ${entry.seed}; distance ${distance}`, left, top + CELL + 34, QUIET),
    );
  }
  const [, , , median] = result.validation.quantiles;
  const title = fitText('Synthetic image (left) and its nearest training picture', width, 19);
  const normal = `Real pictures of val lie ${median.toPrecision(4)} from their nearest (median).`;
  words.push(
    drawText(title, { x: GAP, y: 31, size: 19, color: INK, bold: true }),
    drawText(fitText(normal, width, SIZE), { x: GAP, y: 53, size: SIZE, color: QUIET }),
    drawText(fitText(DISCLAIMER, width, SIZE), {
      x: GAP,
      y: height - 13,
      size: SIZE,
      color: QUIET,
    }),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${words.join('')}</svg>`;
  return await sharp({ create: { width, height, channels: 3, background: BACKGROUND } })
    .composite([...layers, { input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .png()
    .toBuffer();
}

function line(text: string, x: number, y: number, color: string): string {
  return drawText(fitText(text, 2 * CELL, SIZE), { x, y, size: SIZE, color });
}

async function square({ data, width, height }: GrayImage): Promise<Buffer> {
  return await sharp(data, { raw: { width, height, channels: 1 } })
    .resize(CELL, CELL, { fit: 'cover' })
    .png()
    .toBuffer();
}
