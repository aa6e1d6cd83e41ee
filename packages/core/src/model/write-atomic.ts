import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CxrError } from '../errors.js';

/** @returns `<path>.<purpose>-<random>`: beside `path`, so that renaming stays on one file system. */
export function temporaryName(path: string, purpose: 'partial' | 'old'): string {
  return `${path}.${purpose}-${randomBytes(6).toString('hex')}`;
}

/**
 * Writes a text file that other processes see whole or not at all; makes its folder.
 *
 * @throws CxrError with code `OUTPUT` if the disk refuses: no right, no space, a file where a folder should be.
 */
export async function writeTextAtomic(path: string, text: string): Promise<void> {
  const temporary = temporaryName(path, 'partial');
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new CxrError(
      `${path} could not be written: ${(error as Error).message}. Choose a place that can be written to, or free some space.`,
      { code: 'OUTPUT', cause: error },
    );
  }
}
