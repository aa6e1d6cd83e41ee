import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, type ProgressEvent, type Tensor } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { readPyTorchCheckpoint } from './read-pytorch.js';

const FIXTURES = join(import.meta.dirname, '..', '__fixtures__');

const fixture = (name: string) => join(FIXTURES, name);

interface Golden {
  readonly type: string;
  readonly dims: readonly number[];
  readonly bytes: string;
}

async function golden(name: string): Promise<Record<string, Golden>> {
  return JSON.parse(await readFile(fixture(`${name}.json`), 'utf8'));
}

/** The form of tools/fixtures/checkpoints.py, bytes exact. */
function described({ type, dims, data }: Tensor): Golden {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
  return { type, dims, bytes };
}

function describedAll(tensors: ReadonlyMap<string, Tensor>): Record<string, Golden> {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, described(tensor)]));
}

describe('readPyTorchCheckpoint', () => {
  it.each([
    ['all-types', undefined],
    ['views', 'state_dict'],
    ['nested', 'model'],
    ['protocol-4', 'model'],
    ['protocol-5', 'model'],
  ])('reads %s bit for bit as torch does', async (name, key) => {
    const checkpoint = await readPyTorchCheckpoint(fixture(`${name}.pt`));
    expect(describedAll(checkpoint.tensors)).toEqual(await golden(name));
    expect([...checkpoint.tensors.keys()]).toEqual(Object.keys(await golden(name)));
    expect(checkpoint.key).toBe(key);
    expect(checkpoint.format).toBe('pytorch');
  });

  it.each(['nested', 'protocol-4', 'protocol-5'])(
    'gives the rest of %s as plain data',
    async (name) => {
      const { rest } = await readPyTorchCheckpoint(fixture(`${name}.pt`));
      expect(rest).toMatchObject({
        epoch: 3,
        lowest_val_loss: 19.793,
        step: 155252,
        big: (2n ** 70n).toString(),
        name: 'naïve ✓',
        flags: ['a'],
        raw: { $bytes: Buffer.of(0, 255).toString('base64') },
        none: null,
        yes: true,
        size: [2, 3],
        device: 'cuda:1',
        dtype: 'torch.float16',
        shape: [1, -2, 300, 70000, 0.5],
        pairs: { '(1, 2)': 'tuple', '7': 'integer' },
        history: { $object: 'numpy.ndarray' },
        milestones: { '4': 2 },
      });
      const { optimizer, scheduler, model } = rest as Record<string, Record<string, unknown>>;
      expect(model).toBeUndefined();
      expect(optimizer?.state).toMatchObject({
        '0': { exp_avg: { $tensor: { type: 'float32', dims: [4, 3] } } },
      });
      expect(scheduler).toMatchObject({ milestones: { '2': 1, '4': 1 } });
      expect(JSON.parse(JSON.stringify(rest))).toEqual(rest);
    },
  );

  it('shares one tensor between names of one view, and no memory between others', async () => {
    const { tensors } = await readPyTorchCheckpoint(fixture('views.pt'));
    expect(tensors.get('alias')).toBe(tensors.get('grid'));
    const buffers = new Set([...tensors.values()].map(({ data }) => data.buffer));
    expect(buffers.size).toBe(new Set(tensors.values()).size);
  });

  it('reads only the storages of the weights asked for', async () => {
    const events: ProgressEvent[] = [];
    const path = fixture('nested.pt');
    const { tensors } = await readPyTorchCheckpoint(path, {
      keys: (name) => name.endsWith('bias'),
      onProgress: (event) => events.push(event),
    });
    expect([...tensors.keys()]).toEqual(['0.bias', '1.bias']);
    expect(events.at(-1)).toEqual({
      phase: 'load',
      completed: 32,
      total: 32,
      unit: 'bytes',
      subject: path,
    });
  });

  it('reads only the part of a shared storage that is needed', async () => {
    const events: ProgressEvent[] = [];
    const { tensors } = await readPyTorchCheckpoint(fixture('views.pt'), {
      keys: ['row'],
      onProgress: (event) => events.push(event),
    });
    expect([...(tensors.get('row')?.data ?? [])]).toEqual([12, 13, 14, 15, 16, 17]);
    expect(events.at(-1)?.completed).toBe(24);
  });

  it('takes the state dict under the key given, and says what keys there are', async () => {
    const path = fixture('nested.pt');
    expect((await readPyTorchCheckpoint(path, { key: 'model' })).tensors.size).toBe(7);
    await expect(readPyTorchCheckpoint(path, { key: 'ema' })).rejects.toThrow(
      /no state dict under "ema"; its keys are model, optimizer/,
    );
    await expect(readPyTorchCheckpoint(path, { keys: ['fc.weight'] })).rejects.toThrow(
      'lacks the tensors fc.weight; it has 0.weight',
    );
  });

  it('reads omegaconf settings as what they contain', async () => {
    const { rest, tensors } = await readPyTorchCheckpoint(fixture('omegaconf.pt'));
    expect(tensors.size).toBe(7);
    expect(rest).toEqual({
      config: { model: { name: 'resnet50', sizes: [1, 2] }, seed: null },
      sizes: [1, 2],
    });
  });

  it('reads from bytes as from the path', async () => {
    const path = fixture('views.pt');
    const { tensors } = await readPyTorchCheckpoint(await readFile(path));
    expect(tensors).toEqual((await readPyTorchCheckpoint(path)).tensors);
  });

  it.each([
    ['evil.pt', /the Python name "(posix|nt)\.system", which .* will not be run/],
    ['unknown-class.pt', /the Python name "fractions\.Fraction"/],
    ['whole-module.pt', /the Python name "torch\.nn\.modules\.container\.Sequential".*state dict/],
    ['unfolds.pt', /repeat elements so often that they unfold to 40000000000 bytes/],
    ['legacy.pt', /before 1\.6 .*torch\.save\(torch\.load/],
    ['script.pt', /TorchScript program.*torch\.jit\.load\(path\)\.state_dict\(\)/],
    ['bare.pkl', /bare Python pickle/],
    ['reference.safetensors', /readSafetensors/],
    ['none.pt', /there is no such file/],
  ])('refuses %s', async (name, message) => {
    const reading = readPyTorchCheckpoint(fixture(name));
    await expect(reading).rejects.toBeInstanceOf(CheckpointError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(name);
  });

  it('has run nothing of the evil file', async () => {
    await expect(readPyTorchCheckpoint(fixture('evil.pt'))).rejects.toThrow();
    await expect(stat('/tmp/cxrkit-evil')).rejects.toThrow('ENOENT');
  });

  it('notices a changed byte in the weights by the checksum', async () => {
    const bytes = await readFile(fixture('all-types.pt'));
    const three = Buffer.from(Float32Array.of(3.5).buffer);
    bytes[bytes.indexOf(three)] ^= 1;
    await expect(readPyTorchCheckpoint(bytes)).rejects.toThrow(/checksum of record .* is wrong/);
  });

  it('stops when aborted, with the reason given', async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('enough'));
    await expect(
      readPyTorchCheckpoint(fixture('nested.pt'), { signal: controller.signal, onProgress }),
    ).rejects.toThrow(/^enough$/);
  });
});
