import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError } from '@cxrkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from './read-checkpoint.js';

const FIXTURES = join(import.meta.dirname, '__fixtures__');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('readCheckpoint', () => {
  it('goes by the content, not the name', async () => {
    const swapped = join(folder, 'swapped.pt');
    await copyFile(join(FIXTURES, 'reference.safetensors'), swapped);
    expect((await readCheckpoint(swapped)).format).toBe('safetensors');
    const tar = join(folder, 'r50_m.tar');
    await copyFile(join(FIXTURES, 'nested.pt'), tar);
    const checkpoint = await readCheckpoint(tar, { names: ['0.bias'], key: 'model' });
    expect(checkpoint.format === 'pytorch' && checkpoint.rest.epoch).toBe(3);
    expect([...checkpoint.tensors.keys()]).toEqual(['0.bias']);
    expect((await readCheckpoint(await readFile(tar))).tensors.size).toBe(7);
  });

  it.each([
    ['', /it is empty/],
    ['hello, this is text', /neither a safetensors file nor/],
    ['<!DOCTYPE html><title>Google Drive - Virus scan warning', /web page; the download/],
    ['version https://git-lfs.github.com/spec/v1', /Git LFS pointer/],
    ['\x1f\x8b\x08', /gzip/],
    ['\x89HDF\r\n\x1a\n', /HDF5/],
    [`${'\0'.repeat(257)}ustar`, /tar archive/],
    ['PK\x03\x04 and nothing more', /zip structure is damaged/],
    [`PK\x05\x06${'\0'.repeat(18)}`, /torch.save did not write it/],
  ])('says what %j is', async (content, message) => {
    const path = join(folder, 'other');
    await writeFile(path, Buffer.from(content, 'latin1'));
    await expect(readCheckpoint(path)).rejects.toBeInstanceOf(CheckpointError);
    await expect(readCheckpoint(path)).rejects.toThrow(message);
  });
});
