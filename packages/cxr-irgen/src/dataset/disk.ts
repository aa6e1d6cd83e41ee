import { randomBytes } from 'node:crypto';
import { open, rename, rm, truncate } from 'node:fs/promises';
import { CxrError } from '@cxrkit/core';

/** The calls that put data on the disk; tests give ones that fail. */
export interface Disk {
  /** Writes a file and waits until it lies on the disk. */
  readonly write: (path: string, data: Uint8Array | string) => Promise<void>;
  /** Adds to the end of a file, made if absent, and waits until it lies on the disk. */
  readonly append: (path: string, text: string) => Promise<void>;
}

/** The real disk. */
export const DISK: Disk = {
  write: (path, data) => flushed(path, 'w', data),
  append: (path, text) => flushed(path, 'a', text),
};

async function flushed(path: string, flag: 'w' | 'a', data: Uint8Array | string): Promise<void> {
  const file = await open(path, flag);
  try {
    await file.appendFile(data);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Marks names of files that are not finished. */
const PARTIAL = '.partial-';

const LEFTOVER = /\.partial-[0-9a-f]{12}$/;

/** Tells whether a file was left behind by {@link writeWhole}. */
export function isLeftover(name: string): boolean {
  return LEFTOVER.test(name);
}

/**
 * Writes a file that is there whole or not at all.
 *
 * @throws {@link CxrError} with code `OUTPUT`.
 */
export async function writeWhole(
  disk: Disk,
  path: string,
  data: Uint8Array | string,
): Promise<void> {
  const temporary = `${path}${PARTIAL}${randomBytes(6).toString('hex')}`;
  try {
    await disk.write(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw outputError(path, error);
  }
}

/**
 * Adds a line to the end of a file of `size` bytes; what fails midway is taken back.
 *
 * @returns The new size.
 * @throws {@link CxrError} with code `OUTPUT`.
 */
export async function appendLine(
  disk: Disk,
  path: string,
  size: number,
  line: string,
): Promise<number> {
  const text = `${line}\n`;
  try {
    await disk.append(path, text);
    return size + Buffer.byteLength(text);
  } catch (error) {
    // If even this fails, the next call that opens the folder takes the broken end away.
    await truncate(path, size).catch(() => undefined);
    throw outputError(path, error);
  }
}

/** Names the file, the reason and what to do. */
export function outputError(path: string, cause: unknown): CxrError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const reason = isFull
    ? 'the disk is full'
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return new CxrError(
    `Could not write ${path}: ${reason}. What was written before is whole; ${isFull ? 'free some space' : 'mend that'} and give the same command again to go on.`,
    { code: 'OUTPUT', cause },
  );
}
