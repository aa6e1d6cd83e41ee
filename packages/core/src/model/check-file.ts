import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from './manifest.js';

/**
 * Compares a file with its manifest entry.
 *
 * @param hash - {@link hashFile} or its memoised twin.
 * @returns What is wrong, as a clause without a full stop, or `undefined` when size and SHA-256 are right.
 */
export async function findFileProblem(
  folder: string,
  entry: FileEntry,
  hash: (path: string) => Promise<string>,
): Promise<string | undefined> {
  const path = join(folder, entry.file);
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (stats instanceof Error)
    return stats.code === 'ENOENT' ? 'is missing' : `cannot be read (${stats.message})`;
  if (!stats.isFile()) return 'is not a file';
  if (stats.size !== entry.bytes) return `has ${stats.size} bytes, expected ${entry.bytes}`;
  const actual = await hash(path);
  return actual === entry.sha256
    ? undefined
    : `has SHA-256 ${shorten(actual)}, expected ${shorten(entry.sha256)}: it was damaged or swapped`;
}

function shorten(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}
