import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, ModelLoadError } from '../errors.js';
import { sampleContents } from './__fixtures__/sample-model.js';
import { openModelFolder } from './open-model-folder.js';
import { verifyModelFolder } from './verify-model-folder.js';
import { writeModelFolder } from './write-model-folder.js';

let root: string;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxrkit-write-'));
  path = join(root, 'models', 'sample');
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('writeModelFolder', () => {
  it('writes manifest, card, graphs and files, and leaves nothing else', async () => {
    const model = await writeModelFolder(path, sampleContents());
    expect((await readdir(path)).sort()).toEqual([
      'README.md',
      'model.json',
      'other.onnx',
      'relu.onnx',
      'text',
    ]);
    expect(await readdir(join(root, 'models'))).toEqual(['sample']);
    expect(await readFile(join(path, 'README.md'), 'utf8')).toContain('# sample 1.2.0');
    expect((await openModelFolder(path)).manifest).toEqual(model.manifest);
    expect((await verifyModelFolder(model)).every(({ ok }) => ok)).toBe(true);
  });

  it('takes streams and counts bytes', async () => {
    async function* chunks() {
      yield Buffer.from('ab');
      yield Buffer.from('cd');
    }
    const contents = {
      ...sampleContents(),
      files: { tokenizer: { file: 't.txt', bytes: chunks() } },
    };
    const counts: number[] = [];
    const model = await writeModelFolder(path, contents, {
      onProgress: ({ completed }) => counts.push(completed),
    });
    expect(await readFile(await model.file('tokenizer'), 'utf8')).toBe('abcd');
    const { relu, other } = model.manifest.graphs;
    expect(counts.at(-1)).toBe(relu.bytes + other.bytes + 4);
  });

  it('replaces an older model wholly', async () => {
    await writeModelFolder(path, sampleContents('detector', new Uint8Array(10)));
    await writeModelFolder(path, sampleContents('report-gen'));
    expect((await openModelFolder(path)).manifest.stage).toBe('report-gen');
    expect(await readdir(path)).not.toContain('relu.onnx.data');
    expect(await readdir(join(root, 'models'))).toEqual(['sample']);
  });

  it('fills an empty folder', async () => {
    await mkdir(path, { recursive: true });
    await writeModelFolder(path, sampleContents());
    expect(await readdir(path)).toContain('model.json');
  });

  it('refuses a file and a folder of something else, and leaves them alone', async () => {
    await mkdir(path, { recursive: true });
    const letter = join(path, 'letter.txt');
    await writeFile(letter, 'dear');
    for (const target of [path, letter])
      await expect(writeModelFolder(target, sampleContents())).rejects.toThrow(InvalidInputError);
    expect(await readFile(letter, 'utf8')).toBe('dear');
    expect(await readdir(join(root, 'models'))).toEqual(['sample']);
  });

  it('keeps the older model when writing fails, is aborted, or the manifest is invalid', async () => {
    const before = await writeModelFolder(path, sampleContents());
    const { manifest, ...rest } = sampleContents();
    const invalid = { ...rest, manifest: { ...manifest, thresholds: { Pneumonia: Number.NaN } } };
    await expect(writeModelFolder(path, invalid)).rejects.toThrow(ModelLoadError);
    function* full(): Generator<Uint8Array> {
      yield new Uint8Array(10);
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    const failing = { ...sampleContents(), files: { tokenizer: { file: 't', bytes: full() } } };
    await expect(writeModelFolder(path, failing)).rejects.toThrow('no space left');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(writeModelFolder(path, sampleContents(), { signal })).rejects.toThrow('enough');
    expect((await openModelFolder(path)).manifest).toEqual(before.manifest);
    expect(await readdir(join(root, 'models'))).toEqual(['sample']);
  });

  it('ends with one whole model when several writers meet', async () => {
    const stages = ['detector', 'report-gen', 'clip-classifier'];
    await Promise.all(stages.map((stage) => writeModelFolder(path, sampleContents(stage))));
    const model = await openModelFolder(path);
    expect(stages).toContain(model.manifest.stage);
    expect((await verifyModelFolder(model)).every(({ ok }) => ok)).toBe(true);
    expect(await readdir(join(root, 'models'))).toEqual(['sample']);
  });

  it.each(['../out.txt', '/tmp/out.txt', 'model.json', 'relu.onnx'])(
    'refuses the file name %s and writes nothing',
    async (file) => {
      const files = { tokenizer: { file, bytes: new Uint8Array(1) } };
      await expect(writeModelFolder(path, { ...sampleContents(), files })).rejects.toThrow(
        InvalidInputError,
      );
      expect(await readdir(root)).toEqual([]);
    },
  );
});
