import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutputError } from './output-error.js';

/** What a file is to hold, whole or as a stream of chunks. */
export type FileContent = string | Uint8Array | AsyncIterable<string>;

/** The calls that change the disk; tests give one that fails. */
export interface FileSystem {
  readonly mkdir: (path: string) => Promise<void>;
  readonly writeFile: (path: string, content: FileContent) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
}

/** The real disk. */
export const DISK: FileSystem = {
  mkdir: async (path) => void (await mkdir(path, { recursive: true })),
  writeFile: (path, content) => writeFile(path, content),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
};

/**
 * Writes files that belong together: each goes to a temporary name beside it, and all take their names once all are
 * written. Other processes see each file whole or not at all; what fails leaves nothing behind.
 *
 * @param files - Content by path.
 * @throws {@link OutputError} naming the file.
 */
export async function writeFiles(
  files: Readonly<Record<string, FileContent>>,
  disk: FileSystem = DISK,
): Promise<void> {
  const entries = Object.entries(files).map(([path, content]) => ({
    path,
    content,
    temporary: `${path}.partial-${randomBytes(6).toString('hex')}`,
  }));
  let at = entries[0]?.path ?? '';
  try {
    for (const { path, content, temporary } of entries) {
      at = path;
      await disk.mkdir(dirname(path));
      await disk.writeFile(temporary, content);
    }
    for (const { path, temporary } of entries) {
      at = path;
      await disk.rename(temporary, path);
    }
  } catch (error) {
    for (const { temporary } of entries) await disk.remove(temporary).catch(() => undefined);
    throw new OutputError(at, error);
  }
}

/**
 * Makes the output folder and tries it with a file that goes away at once, before anything expensive starts.
 *
 * @throws {@link OutputError} if nothing can be written there.
 */
export async function prepareFolder(folder: string, disk: FileSystem = DISK): Promise<void> {
  const probe = `${folder}/.cxr-probe-${randomBytes(6).toString('hex')}`;
  try {
    await disk.mkdir(folder);
    await disk.writeFile(probe, '');
  } catch (error) {
    throw new OutputError(folder, error);
  } finally {
    await disk.remove(probe).catch(() => undefined);
  }
}
