import { open, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { readDataset } from '../datasets/read-dataset.js';
import type { TrainingImage } from '../datasets/training-image.js';

/** A picture of a data set with a name that does not tell where the set lies. */
export interface NamedPicture {
  /** Path from the parent of the set's folder, such as `nih/images/1.png`. */
  readonly id: string;
  readonly item: TrainingImage;
}

/**
 * Reads data sets as `--data` takes them.
 *
 * @param sources - Pictures of others are left out. @defaultValue all
 * @throws {@link InvalidInputError} naming file and line.
 */
export async function readPictures(
  paths: readonly string[],
  sources?: readonly string[],
): Promise<NamedPicture[]> {
  const pictures: NamedPicture[] = [];
  for (const path of paths) {
    const folder = (await isFolder(path)) ? path : dirname(path);
    const parent = dirname(resolve(folder));
    for (const item of await readDataset(path)) {
      if (sources !== undefined && !sources.includes(item.source)) continue;
      const id = relative(parent, resolve(item.image)).split(sep).join('/');
      pictures.push({ id, item });
    }
  }
  return pictures;
}

/** Longest beginning of a file that is looked at. */
const BEGINNING = 65_536;

/** Tells whether a path is a data set: a folder, or lines that name a picture, its patient and its split. */
export async function isDataset(path: string): Promise<boolean> {
  if (await isFolder(path)) return true;
  const [line] = (await beginningOf(path)).split('\n', 1);
  try {
    const row: unknown = JSON.parse(line);
    const isObject = typeof row === 'object' && row !== null;
    return isObject && ['image', 'patient', 'split'].every((name) => name in row);
  } catch {
    return false;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/** @returns '' for what cannot be read; who reads it whole says why. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
