import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FolderOwner, lockFolder } from './folder-lock.js';

const refuse = ({ pid, host, path }: FolderOwner): Error => new Error(`${path}: ${pid} on ${host}`);
const lock = (path: string): Promise<AsyncDisposable> =>
  lockFolder(path, { file: 'test.lock', refuse });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const leave = (owner: object | string): Promise<void> =>
  writeFile(join(folder, 'test.lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));

describe('a lock of a folder', () => {
  it('keeps others out until it is disposed', async () => {
    const first = await lock(folder);
    expect(await readdir(folder)).toEqual(['test.lock']);
    await expect(lock(folder)).rejects.toThrow(
      `${join(folder, 'test.lock')}: ${process.pid} on ${hostname()}`,
    );
    await first[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
    await using _second = await lock(folder);
  });

  it('of another living process is respected', async () => {
    await leave({ host: hostname(), pid: process.ppid });
    await expect(lock(folder)).rejects.toThrow(`${process.ppid} on`);
    expect(await readdir(folder)).toEqual(['test.lock']);
  });

  it('of a process of another host is respected', async () => {
    await leave({ host: `not-${hostname()}`, pid: 1 });
    await expect(lock(folder)).rejects.toThrow(`1 on not-${hostname()}`);
  });

  it('of a process that is gone is taken over, and a half-written one', async () => {
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(gone, 'close');
    for (const left of [{ host: hostname(), pid: gone.pid }, '{"host":', '', { pid: -1 }]) {
      await leave(left);
      await using _taken = await lock(folder);
      await expect(lock(folder)).rejects.toThrow(`${process.pid} on`);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a folder that is not there fails as the file system says', async () => {
    await expect(lock(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
