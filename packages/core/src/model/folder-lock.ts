import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const ownerSchema = z.object({ host: z.string(), pid: z.int().positive() });

/** The process that holds a folder. */
export interface FolderOwner {
  readonly host: string;
  readonly pid: number;
  /** Path of the lock's file. */
  readonly path: string;
}

/** How a folder is locked. */
export interface FolderLockOptions {
  /** Name of the lock's file, such as `run.lock`. */
  readonly file: string;
  /** Makes the error that is thrown if another process holds the folder. */
  readonly refuse: (owner: FolderOwner) => Error;
}

/**
 * Takes a folder for this process until the lock is disposed, so that no two write over each other. A lock whose process
 * is gone, such as after `kill -9`, is taken over; on another host nobody can tell, so that one stays.
 *
 * @throws what `refuse` makes, or the file system's error if the lock cannot be written.
 */
export async function lockFolder(
  folder: string,
  { file, refuse }: FolderLockOptions,
): Promise<AsyncDisposable> {
  const path = join(folder, file);
  if (!(await isClaimed(path))) {
    await assertAbandoned(path, refuse);
    await rm(path, { force: true });
    if (!(await isClaimed(path))) await assertAbandoned(path, refuse);
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Writes the lock, if there is none. */
async function isClaimed(path: string): Promise<boolean> {
  const text = JSON.stringify({ host: hostname(), pid: process.pid });
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function assertAbandoned(path: string, refuse: FolderLockOptions['refuse']): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const owner = ownerSchema.safeParse(parse(text));
  // Half-written by a process that was killed.
  if (!owner.success) return;
  const { host, pid } = owner.data;
  if (host !== hostname() || isAlive(pid)) throw refuse({ host, pid, path });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
