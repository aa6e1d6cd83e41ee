import sharp from 'sharp';
import { DISCLAIMER } from '../output/report-text.js';
import { drawText, textWidth } from '../output/text/lettering.js';

/** Sizes in pixels and colours of sheets of pictures. */
export const SHEET = {
  gap: 14,
  /** Height below the last row, for the disclaimer. */
  foot: 34,
  size: 12,
  ink: '#eef2f5',
  quiet: '#9aa7b2',
} as const;

const BACKGROUND = '#10151a';
const TITLE_SIZE = 19;

/** What is on a sheet. */
export interface SheetContent {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly pictures: readonly {
    readonly input: Uint8Array;
    readonly left: number;
    readonly top: number;
  }[];
  /** SVG elements, such as those of `drawText`. */
  readonly words: readonly string[];
}

/**
 * Draws pictures and words on a dark sheet, the title above and the disclaimer below.
 *
 * @returns A PNG.
 */
export async function drawSheet(content: SheetContent): Promise<Uint8Array> {
  const { width, height, pictures } = content;
  const { gap: x, ink, quiet } = SHEET;
  // The whole line, smaller where the sheet is narrow.
  const sized = (text: string, most: number): number =>
    Math.min(most, (width - 2 * x) / textWidth(text, 1));
  const size = sized(content.title, TITLE_SIZE);
  const words = [
    drawText(content.title, { x, y: 31, size, color: ink, bold: true }),
    ...content.words,
    drawText(DISCLAIMER, {
      ...{ x, y: height - 13, color: quiet },
      size: sized(DISCLAIMER, SHEET.size),
    }),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${words.join('')}</svg>`;
  const layers = pictures.map(({ input, ...at }) => ({ input: Buffer.from(input), ...at }));
  return await sharp({ create: { width, height, channels: 3, background: BACKGROUND } })
    .composite([...layers, { input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .png()
    .toBuffer();
}
