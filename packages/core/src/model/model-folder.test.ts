import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelLoadError } from '../errors.js';
import { sampleContents } from './__fixtures__/sample-model.js';
import { listModelFolders } from './list-model-folders.js';
import type { ModelFolder } from './model-folder.js';
import { openModelFolder } from './open-model-folder.js';
import { verifyModelFolder } from './verify-model-folder.js';
import { writeModelFolder } from './write-model-folder.js';

let root: string;
let path: string;
let model: ModelFolder;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxrkit-model-'));
  path = join(root, 'sample');
  model = await writeModelFolder(path, sampleContents('detector', new Uint8Array(1000)));
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('openModelFolder of a path', () => {
  it('gives verified graphs that onnxruntime loads, and files', async () => {
    const opened = await openModelFolder(path, { stage: 'detector' });
    expect(opened.manifest).toEqual(model.manifest);
    const session = await InferenceSession.create(await opened.graph('relu'));
    expect(session.outputNames).toEqual(['y']);
    await session.release();
    expect(await opened.file('tokenizer')).toBe(join(path, 'text', 'tokenizer.json'));
  });

  it('refuses the folder of another stage, naming both', async () => {
    const opened = openModelFolder(path, { stage: 'report-gen' });
    await expect(opened).rejects.toThrow(ModelLoadError);
    await expect(opened).rejects.toThrow(/expected .* "report-gen", got "sample" of .* "detector"/);
  });

  it('names a graph or file the manifest lacks', async () => {
    await expect(model.graph('decoder')).rejects.toThrow(/no graph "decoder", only: relu, other/);
    await expect(model.graph('constructor')).rejects.toThrow(/no graph "constructor"/);
    await expect(model.file('x')).rejects.toThrow(/no file "x", only: tokenizer/);
  });

  it('refuses a graph whose file is missing', async () => {
    await rm(join(path, 'relu.onnx'));
    await expect(model.graph('relu')).rejects.toThrow(/relu\.onnx is missing/);
    await expect(model.graph('other')).resolves.toBe(join(path, 'other.onnx'));
  });

  it('refuses a damaged graph, even after it was verified before', async () => {
    await model.graph('relu');
    const bytes = await readFile(join(path, 'relu.onnx'));
    bytes[20] ^= 1;
    await writeFile(join(path, 'relu.onnx'), bytes);
    await expect(model.graph('relu')).rejects.toThrow(ModelLoadError);
    await expect(model.graph('relu')).rejects.toThrow(/has SHA-256 .* expected .* damaged or swap/);
  });

  it('refuses two swapped graphs of one size', async () => {
    await rename(join(path, 'relu.onnx'), join(root, 'aside'));
    await rename(join(path, 'other.onnx'), join(path, 'relu.onnx'));
    await rename(join(root, 'aside'), join(path, 'other.onnx'));
    await expect(model.graph('relu')).rejects.toThrow(/damaged or swapped/);
    await expect(model.graph('other')).rejects.toThrow(/damaged or swapped/);
  });

  it('refuses damaged external data and files', async () => {
    await appendFile(join(path, 'relu.onnx.data'), 'x');
    await expect(model.graph('relu')).rejects.toThrow(/data has 1001 bytes, expected 1000/);
    await rm(join(path, 'text'), { recursive: true });
    await mkdir(join(path, 'text', 'tokenizer.json'), { recursive: true });
    await expect(model.file('tokenizer')).rejects.toThrow(/tokenizer\.json is not a file/);
  });

  it.each(['absent', '.'])('says that %s is no model folder', async (name) => {
    const opened = openModelFolder(join(root, name));
    await expect(opened).rejects.toThrow(ModelLoadError);
    await expect(opened).rejects.toThrow(/model\.json cannot be read\. Expected a model folder/);
  });

  it('refuses a manifest that is broken or of a later version', async () => {
    await writeFile(join(path, 'model.json'), '{');
    await expect(openModelFolder(path)).rejects.toThrow(/is not JSON/);
    await writeFile(join(path, 'model.json'), '{"formatVersion": 9}');
    await expect(openModelFolder(path)).rejects.toThrow(/format version 9.*Update CXRKit/);
  });

  it('stops at once when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(openModelFolder(path, { signal })).rejects.toThrow('enough');
    await expect(verifyModelFolder(model, { signal })).rejects.toThrow('enough');
  });
});

describe('verifyModelFolder', () => {
  it('gives a verdict for each file', async () => {
    const completed: number[] = [];
    const whole = await verifyModelFolder(model, {
      onProgress: (event) => completed.push(event.completed),
    });
    expect(whole.map(({ file, ok }) => [file, ok])).toEqual([
      ['relu.onnx', true],
      ['relu.onnx.data', true],
      ['other.onnx', true],
      ['text/tokenizer.json', true],
    ]);
    expect(completed).toEqual([1, 2, 3, 4]);
    await rm(join(path, 'other.onnx'));
    await writeFile(join(path, 'relu.onnx.data'), new Uint8Array(1000).fill(1));
    const verdicts = await verifyModelFolder(model);
    expect(verdicts.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect(verdicts[2]).toEqual({ file: 'other.onnx', ok: false, problem: 'is missing' });
  });
});

describe('listModelFolders', () => {
  it('finds whole and broken models at every depth, but no leftovers', async () => {
    await writeModelFolder(join(root, 'deep', 'er', 'second'), sampleContents('report-gen'));
    for (const folder of ['broken', 'x.partial-0123456789ab', 'node_modules/p', '.cache']) {
      await mkdir(join(root, folder), { recursive: true });
      await writeFile(join(root, folder, 'model.json'), '{}');
    }
    const listings = await listModelFolders(root);
    expect(listings.map(({ path: found }) => found)).toEqual([
      join(root, 'broken'),
      join(root, 'deep', 'er', 'second'),
      path,
    ]);
    expect(listings[0]).toMatchObject({ problem: expect.stringContaining('formatVersion') });
    expect(listings[1]).toMatchObject({ manifest: { stage: 'report-gen' } });
  });

  it('refuses a root that is not there', async () => {
    await expect(listModelFolders(join(root, 'absent'))).rejects.toThrow(ModelLoadError);
  });
});
