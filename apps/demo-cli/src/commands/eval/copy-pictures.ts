import { basename } from 'node:path';
import type { PlotsBlock } from '../../eval/page/evaluation-page.js';
import { escapeHtml } from '../../output/escape-html.js';
import { thumbnail } from '../../output/thumbnail.js';

/** A generated picture and the training picture it is nearest to; rows of a feature file have no picture. */
export interface PossibleCopy {
  readonly copy: string;
  readonly original: string;
  readonly distance: number;
}

/** Pixels of a side. */
const SIDE = 150;
const GAP = 6;

/** Sets each possible copy beside its original; those that are no picture files are left out. */
export async function copyPictures(copies: readonly PossibleCopy[]): Promise<PlotsBlock> {
  const plots: { caption: string; svg: string }[] = [];
  for (const { copy, original, distance } of copies) {
    const images = [await pictureOf(copy), await pictureOf(original)];
    if (images.includes(undefined)) continue;
    const names = `${basename(copy)}, ${basename(original)}`;
    plots.push({
      caption: `${names}: distance ${distance.toFixed(4)}`,
      svg: sideBySide(images.map(String), names),
    });
  }
  return { kind: 'plots', plots };
}

async function pictureOf(path: string): Promise<string | undefined> {
  // Twice as many pixels as are shown, for fine screens.
  return await thumbnail(path, { height: 2 * SIDE });
}

function sideBySide(urls: readonly string[], names: string): string {
  const images = urls.map(
    (url, i) =>
      `<image x="${i * (SIDE + GAP)}" width="${SIDE}" height="${SIDE}" href="${url}"></image>`,
  );
  return `<svg role="img" aria-label="${escapeHtml(names)}" width="${2 * SIDE + GAP}" height="${SIDE}">${images.join('')}</svg>`;
}
