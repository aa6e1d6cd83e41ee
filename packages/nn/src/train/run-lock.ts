import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CheckpointError } from '@cxrkit/core';
import { z } from 'zod';

const FILE = 'run.lock';

const ownerSchema = z.object({ host: z.string(), pid: z.int().positive() });

/**
 * Takes a run folder for this process until the lock is disposed; two trainings in one folder would write over each
 * other. A lock whose process is gone, such as after `kill -9`, is taken over.
 *
 * @throws {@link CheckpointError} if another training holds it.
 */
export async function lockRunFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, FILE);
  const text = JSON.stringify({ host: hostname(), pid: process.pid });
  if (!(await tryWrite(path, text))) {
    await assertAbandoned(path);
    await rm(path, { force: true });
    if (!(await tryWrite(path, text))) await assertAbandoned(path);
  }
  return { [Symbol.asyncDispose]: async () => await rm(path, { force: true }) };
}

/** @returns Whether the file was new. */
async function tryWrite(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function assertAbandoned(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const owner = ownerSchema.safeParse(parse(text));
  if (!owner.success) return; // Half-written by a process that was killed.
  const { host, pid } = owner.data;
  if (host === hostname() && !isAlive(pid)) return;
  throw new CheckpointError(
    path,
    `process ${pid} on ${host} trains in this folder. Wait for it, give another run folder, or delete the file if that process is gone.`,
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
