import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CheckpointError,
  CxrError,
  createRandom,
  elementCount,
  float32,
  InvalidInputError,
  type ProgressEvent,
  type Random,
  type Tensor,
  type TensorType,
} from '@cxrkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPyTorchCheckpoint } from '../pytorch/read-pytorch.js';
import { readSafetensors } from './read-safetensors.js';
import { writeSafetensors } from './write-safetensors.js';

const FIXTURES = join(import.meta.dirname, '..', '__fixtures__');
const REFERENCE = join(FIXTURES, 'reference.safetensors');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};
const TYPES = Object.keys(ARRAYS) as TensorType[];

function randomTensor(random: Random): Tensor {
  const type = TYPES[random.integer(TYPES.length)];
  const dims = Array.from({ length: random.integer(4) }, () => random.integer(5));
  const count = elementCount(dims);
  const { BYTES_PER_ELEMENT } = ARRAYS[type];
  const bits = Uint8Array.from({ length: count * BYTES_PER_ELEMENT }, () =>
    type === 'bool' ? random.integer(2) : random.integer(256),
  );
  return { type, dims, data: new ARRAYS[type](bits.buffer) } as Tensor;
}

function randomName(random: Random): string {
  const letters = ['a', '0', '.', '"', '\\', ':', '{', '}', 'é', '😀', ' ', '\n', '__proto__'];
  const length = 1 + random.integer(8);
  return Array.from({ length }, () => letters[random.integer(letters.length)]).join('');
}

/** Bits as numbers, so that NaN equals itself. */
function plain({ type, dims, data }: Tensor) {
  return { type, dims, bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] };
}

/** Builds a file from a header written by hand. */
function fileOf(header: string, dataBytes: number): Uint8Array {
  const text = Buffer.from(header);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([prefix, text, Buffer.alloc(dataBytes)]);
}

describe('writeSafetensors and readSafetensors', () => {
  it('gives 60 random files back bit for bit, from the path and from bytes', async () => {
    const random = createRandom(11);
    for (let round = 0; round < 60; round++) {
      const path = join(folder, `round-${round}.safetensors`);
      const tensors = new Map<string, Tensor>();
      for (let i = random.integer(8); i >= 0; i--)
        tensors.set(randomName(random), randomTensor(random));
      const metadata = { [randomName(random)]: randomName(random) };
      await writeSafetensors(path, tensors, { metadata });
      const read = await readSafetensors(path);
      expect(read.metadata).toEqual(metadata);
      expect(new Set(read.tensors.keys())).toEqual(new Set(tensors.keys()));
      for (const [name, tensor] of tensors)
        expect(plain(read.tensors.get(name) as Tensor)).toEqual(plain(tensor));
      expect((await readSafetensors(await readFile(path))).tensors).toEqual(read.tensors);
    }
  });

  it('writes what the published description says: u64 length, JSON, aligned data without gaps', async () => {
    const path = join(folder, 'described.safetensors');
    const tensors: [string, Tensor][] = [
      ['mask', { type: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) }],
      ['1', { type: 'int64', dims: [1], data: BigInt64Array.of(-5n) }],
      ['0', float32([0.5, -2], [1, 2])],
    ];
    await writeSafetensors(path, tensors, { metadata: { format: 'pt' } });
    const file = await readFile(path);
    const length = Number(file.readBigUInt64LE(0));
    const text = file.toString('utf8', 8, 8 + length);
    const header = JSON.parse(text);
    const data = file.subarray(8 + length);
    expect(header).toEqual({
      __metadata__: { format: 'pt' },
      mask: { dtype: 'BOOL', shape: [3], data_offsets: [16, 19] },
      '1': { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
      '0': { dtype: 'F32', shape: [1, 2], data_offsets: [8, 16] },
    });
    expect(length % 8).toBe(0);
    expect(text.indexOf('"1"')).toBeLessThan(text.indexOf('"0"'));
    expect(data.byteLength).toBe(19);
    expect(data.readBigInt64LE(0)).toBe(-5n);
    expect([data.readFloatLE(8), data.readFloatLE(12)]).toEqual([0.5, -2]);
    expect([...data.subarray(16)]).toEqual([1, 0, 1]);
  });

  it('reads a file of the reference library like the PyTorch file of the same tensors', async () => {
    const { tensors, metadata } = await readSafetensors(REFERENCE);
    expect(metadata).toEqual({ format: 'pt' });
    const pytorch = await readPyTorchCheckpoint(join(FIXTURES, 'all-types.pt'));
    expect(Object.fromEntries(tensors)).toEqual(Object.fromEntries(pytorch.tensors));
    expect(tensors.size).toBe(14);
  });
});

describe('readSafetensors', () => {
  it('reads only the named tensors of a file of 6 GB', async () => {
    const path = join(folder, 'sparse.safetensors');
    const small = 16;
    const big = 6 * 2 ** 30;
    const header = JSON.stringify({
      big: { dtype: 'U8', shape: [big], data_offsets: [0, big] },
      small: { dtype: 'F32', shape: [4], data_offsets: [big, big + small] },
    });
    await writeFile(path, fileOf(header, 0));
    const file = await open(path, 'r+');
    await file.truncate(8 + header.length + big + small);
    await file.write(
      new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer),
      0,
      16,
      8 + header.length + big,
    );
    await file.close();
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => events.push(event);
    const byName = await readSafetensors(path, { names: ['small'], onProgress });
    expect([...byName.tensors]).toEqual([['small', float32([1, 2, 3, 4])]]);
    expect(events).toEqual([
      { phase: 'load', completed: 16, total: 16, unit: 'bytes', subject: path },
    ]);
    const byQuestion = await readSafetensors(path, { names: (name) => name !== 'big' });
    expect([...byQuestion.tensors.keys()]).toEqual(['small']);
    await rm(path);
  });

  it('names the tensors asked for that are not there', async () => {
    await expect(readSafetensors(REFERENCE, { names: ['int8', 'nowhere'] })).rejects.toThrow(
      /lacks the tensors nowhere; it has .*float32/,
    );
  });

  const entry = (start: number, end: number, shape = [end - start]) =>
    `{"dtype":"U8","shape":[${shape}],"data_offsets":[${start},${end}]}`;
  it.each([
    ['overlap', `{"a":${entry(0, 4)},"b":${entry(2, 6)}}`, 6, /neither overlap nor leave gaps/],
    ['gap', `{"a":${entry(0, 2)},"b":${entry(4, 6)}}`, 6, /neither overlap nor leave gaps/],
    ['out of range', `{"a":${entry(0, 8)}}`, 4, /need 8 bytes, it has 4/],
    ['bytes left over', `{"a":${entry(0, 4)}}`, 8, /need 4 bytes, it has 8/],
    ['other length', `{"a":${entry(0, 4, [5])}}`, 4, /needs 5 bytes, its offsets give 4/],
    ['overflowing shape', `{"a":${entry(0, 4, [2 ** 40, 2 ** 40])}}`, 4, /needs undefined bytes/],
    ['negative shape', `{"a":${entry(0, 4, [-4])}}`, 4, /no valid shape/],
    ['duplicate key', `{"a":${entry(0, 4)},"a":${entry(0, 4)}}`, 4, /twice/],
    ['duplicate key by escape', `{"a":${entry(0, 4)},"\\u0061":${entry(0, 4)}}`, 4, /twice/],
    ['duplicate field', `{"a":{"dtype":"I8",${entry(0, 4).slice(1)}}`, 4, /twice/],
    [
      'unknown type',
      `{"a":${entry(0, 4).replace('U8', 'F8_E4M3')}}`,
      4,
      /"F8_E4M3"; expected one of F64/,
    ],
    [
      'inherited type',
      `{"a":${entry(0, 4).replace('U8', 'toString')}}`,
      4,
      /element type "toString"/,
    ],
    ['metadata of numbers', '{"__metadata__":{"a":1}}', 0, /text to text/],
    ['array', '[]', 0, /no JSON object/],
    ['cut JSON', '{"a":', 0, /no valid JSON/],
  ])('refuses %s', async (_, header, dataBytes, message) => {
    const reading = readSafetensors(fileOf(header, dataBytes));
    await expect(reading).rejects.toBeInstanceOf(CheckpointError);
    await expect(reading).rejects.toThrow(message);
  });

  it('refuses a header longer than the file, or than 100 MB, before allocating it', async () => {
    const path = join(folder, 'long-header.safetensors');
    await writeFile(path, Buffer.from('ffffffffffffffff7b', 'hex'));
    await expect(readSafetensors(path)).rejects.toThrow(/header claims/);
    const file = await open(path, 'r+');
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(100_000_001n);
    await file.write(prefix, 0, 8, 0);
    await file.truncate(200_000_000);
    await file.close();
    await expect(readSafetensors(path)).rejects.toThrow(/claims 100000001 bytes/);
  });

  it('says what is wrong with missing files, folders and empty files', async () => {
    const empty = join(folder, 'empty');
    await writeFile(empty, '');
    await expect(readSafetensors(join(folder, 'none'))).rejects.toThrow('there is no such file');
    await expect(readSafetensors(folder)).rejects.toThrow('got a folder');
    await expect(readSafetensors(empty)).rejects.toThrow('got 0 bytes');
    await expect(readSafetensors(join(folder, 'none'))).rejects.toBeInstanceOf(CheckpointError);
  });
});

describe('writeSafetensors', () => {
  it('refuses equal and reserved names and data that does not fit its dims', async () => {
    const path = join(folder, 'refused.safetensors');
    const tensor = float32([1]);
    const wrong = { ...tensor, dims: [2] };
    for (const tensors of [
      [
        ['a', tensor],
        ['a', tensor],
      ],
      [['__metadata__', tensor]],
      [['a', wrong]],
    ])
      await expect(writeSafetensors(path, tensors as [string, Tensor][])).rejects.toBeInstanceOf(
        InvalidInputError,
      );
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('leaves the old file and no temporary one when aborted half-way', async () => {
    const inner = await mkdtemp(join(folder, 'abort-'));
    const path = join(inner, 'weights.safetensors');
    await writeSafetensors(path, [['old', float32([1])]]);
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('stop here'));
    const tensors: [string, Tensor][] = [['new', float32([2])]];
    await expect(
      writeSafetensors(path, tensors, { signal: controller.signal, onProgress }),
    ).rejects.toThrow('stop here');
    expect(await readdir(inner)).toEqual(['weights.safetensors']);
    expect([...(await readSafetensors(path)).tensors.keys()]).toEqual(['old']);
  });

  it('gives a typed error when the folder is missing', async () => {
    const writing = writeSafetensors(join(folder, 'no', 'where'), [['a', float32([1])]]);
    await expect(writing).rejects.toSatisfy(CxrError.isInstance);
    await expect(writing).rejects.toThrow(/Could not write the checkpoint .*ENOENT/);
  });
});
