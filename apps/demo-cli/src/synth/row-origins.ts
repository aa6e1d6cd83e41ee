import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SynthesisRow } from '@cxrkit/cxr-irgen';
import { findingStates, imageNumber } from '@cxrkit/cxr-irgen';
import { z } from 'zod';
import type { NamedPicture } from './data-pictures.js';

/** A row, and the real picture whose labels it asks for, if they are one's. */
export interface AskedRow {
  readonly row: SynthesisRow;
  readonly picture?: NamedPicture | undefined;
}

/** Name of the file that tells which pictures' labels were asked for. */
export const ORIGINS_FILE = 'rows.jsonl';

/** Labels of a picture in the words of a prompt; complete for what is known of it. */
export type KnownFindings = Readonly<Record<string, 0 | 1>>;

/** What is known of the picture whose labels an image was asked to show. */
export interface RowOrigin {
  /** Id of the picture. */
  readonly picture: string;
  /** Its data set. */
  readonly source: string;
  /** All that is known of it, also the negatives that the prompt left out. */
  readonly findings: KnownFindings;
}

const originSchema = z.object({
  /** Number of the first image of the row, from 0. */
  first: z.int().nonnegative(),
  count: z.int().positive(),
  picture: z.string(),
  source: z.string(),
  findings: z.record(z.string(), z.union([z.literal(0), z.literal(1)])),
});

/** @returns Lines of {@link ORIGINS_FILE}: a {@link RowOrigin} with `first` and `count` for each row that is of a picture. */
export function originLines(rows: readonly AskedRow[]): string {
  let next = 0;
  const lines = rows.flatMap(({ row: { count = 1 }, picture }) => {
    const first = next;
    next += count;
    if (picture === undefined) return [];
    const { id, item } = picture;
    const findings = Object.fromEntries(
      Object.entries(findingStates(item.findings)).map(([finding, state]) => [
        finding,
        state === 'positive' ? 1 : 0,
      ]),
    );
    const line = { first, count, picture: id, source: item.source, findings };
    return [`${JSON.stringify(line)}\n`];
  });
  return lines.join('');
}

/**
 * Reads whose labels were asked for.
 *
 * @param images - Paths of images from the folder.
 * @returns For each image; `undefined` where it was not those of a picture.
 */
export async function readOrigins(
  folder: string,
  images: readonly string[],
): Promise<(RowOrigin | undefined)[]> {
  const text = await readFile(join(folder, ORIGINS_FILE), 'utf8').catch(() => '');
  return originsOf(text, images);
}

/**
 * Completes `training.jsonl`: whoever learns from the images is told all that is known of the pictures, since a finding
 * that a prompt leaves out is one that they lack.
 *
 * @param text - Of the file, as `synthesizeDataset` writes it.
 * @param origins - Lines of {@link ORIGINS_FILE}.
 */
export function completedTraining(text: string, origins: string): string {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly image: string; readonly findings: object });
  const known = originsOf(
    origins,
    rows.map(({ image }) => image),
  );
  return rows
    .map((row, i) => ({ ...row, findings: known[i]?.findings ?? row.findings }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
}

function originsOf(text: string, images: readonly string[]): (RowOrigin | undefined)[] {
  const origins = new Map<number, RowOrigin>();
  for (const line of text.split('\n').filter((words) => words !== '')) {
    const { first, count, ...origin } = originSchema.parse(JSON.parse(line));
    for (let k = 0; k < count; k++) origins.set(first + k, origin);
  }
  return images.map((image) => origins.get(Number(imageNumber(image))));
}
