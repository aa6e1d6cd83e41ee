import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputError } from './output-error.js';
import { DISK, prepareFolder, writeFiles } from './write-files.js';

describe('writeFiles', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxr-write-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes text, bytes and streams, making folders', async () => {
    const paths = ['a.txt', 'sub/b.bin', 'c.html'].map((name) => join(folder, name));
    async function* stream(): AsyncGenerator<string> {
      yield 'one ';
      yield 'two';
    }
    await writeFiles({
      [paths[0]]: 'text',
      [paths[1]]: new Uint8Array([1, 2]),
      [paths[2]]: stream(),
    });
    expect(await readFile(paths[0], 'utf8')).toBe('text');
    expect([...(await readFile(paths[1]))]).toEqual([1, 2]);
    expect(await readFile(paths[2], 'utf8')).toBe('one two');
    expect((await readdir(folder)).sort()).toEqual(['a.txt', 'c.html', 'sub']);
  });

  it('leaves what was there when one of several files fails, and names it', async () => {
    const [first, second] = [join(folder, 'first.txt'), join(folder, 'second.txt')];
    await writeFile(first, 'old');
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const disk = {
      ...DISK,
      writeFile: async (path: string, content: Parameters<typeof DISK.writeFile>[1]) => {
        await DISK.writeFile(path, content);
        if (path.startsWith(second)) throw full;
      },
    };
    const failure = await writeFiles({ [first]: 'new', [second]: 'new' }, disk).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(OutputError);
    expect(failure).toMatchObject({ code: 'OUTPUT', path: second, cause: full });
    expect(String(failure)).toContain('the disk is full');
    expect(await readFile(first, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['first.txt']);
  });

  it('tries a folder without leaving anything', async () => {
    await prepareFolder(join(folder, 'new'));
    expect(await readdir(join(folder, 'new'))).toEqual([]);
    await writeFile(join(folder, 'file'), '');
    await expect(prepareFolder(join(folder, 'file'))).rejects.toThrow(
      'Choose another folder with --out',
    );
  });
});
