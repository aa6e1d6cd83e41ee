import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** @returns `<path>.<purpose>-<random>`: beside `path`, so that renaming stays on one file system. */
export function temporaryName(path: string, purpose: 'partial' | 'old'): string {
  return `${path}.${purpose}-${randomBytes(6).toString('hex')}`;
}

/** Writes a text file that other processes see whole or not at all; makes its folder. */
export async function writeTextAtomic(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path, 'partial');
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
