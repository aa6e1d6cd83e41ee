import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { z } from 'zod';
import { outputError } from './disk.js';

const FILE = 'synthesis.lock';

const ownerSchema = z.object({ host: z.string(), pid: z.int().positive() });

/**
 * Takes a folder for this process until the lock is disposed: two writers would double what they write. A lock whose
 * process is gone, such as after `kill -9`, is taken over.
 *
 * @throws {@link InvalidInputError} if another process holds it.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, FILE);
  const text = JSON.stringify({ host: hostname(), pid: process.pid });
  if (!(await isNew(path, text))) {
    await assertAbandoned(path);
    await rm(path, { force: true });
    if (!(await isNew(path, text))) await assertAbandoned(path);
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

async function isNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw outputError(path, error);
  }
}

async function assertAbandoned(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const owner = ownerSchema.safeParse(parse(text));
  // Half-written by a process that was killed.
  if (!owner.success) return;
  const { host, pid } = owner.data;
  if (host === hostname() && !isAlive(pid)) return;
  throw new InvalidInputError(
    'out',
    'a folder that no other process writes',
    `${path} of process ${pid} on ${host}`,
    'Wait for it, give another folder, or delete the file if that process is gone.',
  );
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
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
