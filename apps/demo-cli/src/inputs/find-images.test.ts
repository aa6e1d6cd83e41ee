import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImages } from './find-images.js';

describe('findImages', () => {
  let root: string;
  const at = (...names: string[]): string => join(root, ...names);
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cxr-find-'));
    const files = ['b.PNG', 'a.jpg', 'sub/c.tiff', 'sub/notes.txt', 'node_modules/d.png'];
    files.push('results/a.overlay.png', 'results/x.png', 'a.overlay.png', '[odd].png');
    for (const file of files) {
      await mkdir(join(at(file), '..'), { recursive: true });
      await writeFile(at(file), '');
    }
  });
  afterAll(() => rm(root, { recursive: true }));

  it('looks through a folder and those below it, past our own results', async () => {
    const { images, failures } = await findImages([root], { skip: at('results') });
    expect(images).toEqual([at('[odd].png'), at('a.jpg'), at('b.PNG'), at('sub', 'c.tiff')].sort());
    expect(failures).toEqual([]);
  });

  it('looks into the folder of the results when it is that of the pictures', async () => {
    const { images } = await findImages([at('results')], { skip: at('results') });
    expect(images).toEqual([at('results', 'x.png')]);
  });

  it('takes each picture once, a named file whatever its name, patterns, and names with brackets', async () => {
    const inputs = [at('sub', 'notes.txt'), at('*.jpg'), at('a.jpg'), at('[odd].png')];
    const { images } = await findImages(inputs);
    expect(images).toEqual([at('sub', 'notes.txt'), at('a.jpg'), at('[odd].png')]);
  });

  it('leaves a missing file to its reader, who names it', async () => {
    expect((await findImages(['nowhere.png'])).images).toEqual(['nowhere.png']);
  });

  it('says which extensions it looked for', async () => {
    await mkdir(at('empty'));
    const { images, failures } = await findImages([at('empty'), at('*.webp')]);
    expect(images).toEqual([]);
    expect(failures.map(({ path }) => path)).toEqual([at('empty'), at('*.webp')]);
    expect(failures[0].error.message).toContain('.png, .jpg, .jpeg, .webp, .tif, .tiff');
  });
});
