import { join } from 'node:path';
import type { GrayImage } from '@cxrkit/core/image';
import sharp from 'sharp';
import { readScene } from '../datasets/read-scene.js';
import { drawText, fitText } from '../output/text/lettering.js';
import { askedText } from './asked-text.js';
import type { NearestTraining } from './measures/nearest-training.js';
import type { SyntheticPicture } from './measures/synthetic-pictures.js';
import { drawSheet, SHEET, type SheetContent } from './sheet.js';

const CELL = 192;
const CAPTION = 46;
const TITLE = 66;
const COLUMNS = 4;
const { gap: GAP, size: SIZE, ink: INK, quiet: QUIET } = SHEET;

/** Images on a sheet: those of the first seeds. */
const MOST = 16;

/**
 * Draws synthetic images, the first by seed, each with the training picture next to it in features and the distance.
 *
 * @param synthetic - In the order of `nearest.result.generated`.
 * @returns A PNG; it shows real pictures.
 */
export async function drawNearestSheet(
  folder: string,
  synthetic: readonly SyntheticPicture[],
  { result, train }: NearestTraining,
): Promise<Uint8Array> {
  const rows = [...synthetic.keys()]
    .sort((a, b) => synthetic[a].entry.seed - synthetic[b].entry.seed)
    .slice(0, MOST);
  const columns = Math.min(COLUMNS, rows.length);
  const width = GAP + columns * (2 * CELL + GAP);
  const height = TITLE + Math.ceil(rows.length / columns) * (CELL + CAPTION + GAP) + SHEET.foot;
  const pictures: SheetContent['pictures'][number][] = [];
  const [, , , median] = result.validation.quantiles;
  const normal = `Real pictures of val lie ${median.toPrecision(4)} from their nearest (median).`;
  const words = [line(normal, GAP, 53, QUIET)];
  for (const [place, row] of rows.entries()) {
    const left = GAP + (place % columns) * (2 * CELL + GAP);
    const top = TITLE + Math.floor(place / columns) * (CELL + CAPTION + GAP);
    const { entry } = synthetic[row];
    const made = await sharp(join(folder, entry.image)).resize(CELL, CELL).png().toBuffer();
    const real = await square(await readScene(train[result.generated.nearest[row]]));
    pictures.push({ input: made, left, top }, { input: real, left: left + CELL, top });
    const distance = result.generated.distances[row].toPrecision(4);
    words.push(
      line(askedText(entry), left, top + CELL + 17, INK),
      line(`seed ${entry.seed}; distance ${distance}`, left, top + CELL + 34, QUIET),
    );
  }
  return await drawSheet({
    ...{ width, height, pictures, words },
    title: 'Synthetic image (left) and its nearest training picture',
  });
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
