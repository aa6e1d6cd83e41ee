import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameStillFree, outputNames } from './output-names.js';

describe('outputNames', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxr-names-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const names = async (...paths: string[]): Promise<string[]> => [
    ...(await outputNames(paths, folder)).values(),
  ];

  it('takes the name of the file where nobody else has it', async () => {
    expect(await names('a/x.png', 'b/y.v2.jpg')).toEqual(['x', 'y.v2']);
  });

  it('adds the folder to names that are shared, also where only case differs', async () => {
    expect(await names('a/x.png', 'b/x.png', 'c/X.jpg')).toEqual(['x-a', 'x-b', 'X-c']);
  });

  it('adds a hash where the folders share their names, too', async () => {
    const [first, second, third] = await names('1/a/x.png', '2/a/x.png', '1/a/x.jpg');
    expect(first).toBe('x-a');
    expect([second, third]).toEqual([
      expect.stringMatching(/^x-[0-9a-f]{8}$/),
      expect.stringMatching(/^x-[0-9a-f]{8}$/),
    ]);
    expect(second).not.toBe(third);
  });

  it('leaves alone what an earlier run wrote of another picture, and replaces what it wrote of the same', async () => {
    await writeFile(
      join(folder, 'chest.json'),
      JSON.stringify({ image: { path: 'old/chest.png' } }),
    );
    expect(await names('new/chest.png')).toEqual(['chest-new']);
    expect(await names('old/chest.png')).toEqual(['chest']);
  });

  it('gives way to a run that took the name meanwhile', async () => {
    const [name] = await names('mine/late.png');
    expect(await nameStillFree('mine/late.png', name, folder)).toBe('late');
    const theirs = JSON.stringify({ image: { path: 'theirs/late.png' } });
    await writeFile(join(folder, 'late.json'), theirs);
    const hashed = await nameStillFree('mine/late.png', name, folder);
    expect(hashed).toMatch(/^late-[0-9a-f]{8}$/);
    expect(await nameStillFree('theirs/late.png', 'late', folder)).toBe('late');
  });

  it('does not write over a JSON file that is none of ours', async () => {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'x' }));
    expect(await names('a/package.png')).toEqual(['package-a']);
  });
});
