import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

// Hashing a gigabyte takes a second; a model is opened many times in one process and seldom changes in between.
const hashes = new Map<string, Promise<string>>();

/**
 * Computes the SHA-256 of a file as a stream.
 *
 * @returns 64 lower-case hexadecimal digits.
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  return hashStream(createReadStream(path, { highWaterMark: 2 ** 20 }), signal);
}

/** Computes the SHA-256 of an open stream of bytes; the twin of {@link hashFile}. */
export async function hashStream(
  stream: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Gives {@link hashFile}, computed once a process for the same path, size and times of change. */
export async function hashFileOnce(path: string): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  const key = [path, size, mtimeNs, ctimeNs, ino].join('|');
  const known = hashes.get(key) ?? hashFile(path);
  hashes.set(key, known);
  known.catch(() => hashes.delete(key));
  return known;
}
