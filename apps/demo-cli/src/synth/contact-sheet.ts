import { join } from 'node:path';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import sharp from 'sharp';
import { drawText, fitText, wrapText } from '../output/text/lettering.js';
import { askedText, percent } from './asked-text.js';
import { drawSheet, SHEET } from './sheet.js';

const CELL = 256;
/** Lines of the report below an image; before them what was asked, after them seed and agreement. */
const REPORT_LINES = 4;
const CAPTION = 112;
const TITLE = 48;
const LINE = 17;
const { gap: GAP, size: SIZE, ink: INK, quiet: QUIET } = SHEET;

/** Pairs on a sheet; of more the first are shown. */
const MOST_ON_SHEET = 64;

/**
 * Draws the first pairs of a folder on one sheet: image, what was asked, report, agreement.
 *
 * @returns A PNG.
 */
export async function drawContactSheet(
  folder: string,
  entries: readonly ManifestEntry[],
): Promise<Uint8Array> {
  const shown = entries.slice(0, MOST_ON_SHEET);
  const columns = Math.min(8, Math.max(2, Math.ceil(Math.sqrt(shown.length))));
  const rows = Math.ceil(shown.length / columns);
  const width = GAP + columns * (CELL + GAP);
  const height = TITLE + rows * (CELL + CAPTION + GAP) + SHEET.foot;
  const places = shown.map((entry, i) => ({
    entry,
    left: GAP + (i % columns) * (CELL + GAP),
    top: TITLE + Math.floor(i / columns) * (CELL + CAPTION + GAP),
  }));
  const pictures = await Promise.all(
    places.map(async ({ entry, left, top }) => ({
      ...{ left, top },
      input: await sharp(join(folder, entry.image)).resize(CELL, CELL).png().toBuffer(),
    })),
  );
  return await drawSheet({
    ...{ width, height, pictures },
    title: 'Synthetic chest X-rays: a model made them, they show nobody',
    words: places.flatMap(({ entry, left, top }) => caption(entry, left, top + CELL)),
  });
}

function caption(entry: ManifestEntry, x: number, top: number): string[] {
  const line = (text: string, row: number, color: string, bold = false): string =>
    drawText(fitText(text, CELL, SIZE), { x, y: top + row * LINE, size: SIZE, color, bold });
  const report = wrapText(entry.report ?? '', CELL, SIZE);
  // Whatever does not fit ends in an ellipsis.
  const rest = report.slice(REPORT_LINES - 1).join(' ');
  const lines = [...report.slice(0, REPORT_LINES - 1), rest];
  const score = entry.agreement?.score ?? null;
  const judged = score === null ? '' : `, agreement ${percent(score)}`;
  return [
    line(askedText(entry), 1, INK, true),
    ...lines.map((text, i) => line(text, i + 2, INK)),
    line(`seed ${entry.seed}${judged}`, REPORT_LINES + 2, QUIET),
  ];
}
