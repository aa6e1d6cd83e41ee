import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CheckpointError, createRandom, elementCount, type Random } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from './read-checkpoint.js';

const FIXTURES = join(import.meta.dirname, '__fixtures__');
const FILES = ['all-types.pt', 'views.pt', 'nested.pt', 'protocol-5.pt', 'omegaconf.pt'];
const ROUNDS = 150;

/** Flips, overwrites, inserts, drops or cuts a few bytes in [`start`, `end`). */
function damage(bytes: Uint8Array, random: Random, start = 0, end = bytes.byteLength): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (let i = random.integer(3); i >= 0; i--) {
    const at = start + random.integer(Math.max(1, Math.min(end, result.byteLength) - start));
    const kind = random.integer(5);
    if (kind === 0) result[at] ^= 1 << random.integer(8);
    if (kind === 1) result[at] = random.integer(256);
    if (kind === 2) result.fill(255, at, at + 1 + random.integer(8));
    if (kind === 3)
      result = Uint8Array.from([...result.subarray(0, at), ...result.subarray(at + 1)]);
    if (kind === 4) result = result.slice(0, random.integer(8) === 0 ? at : undefined);
  }
  return result;
}

/** Overwrites bytes in place inside data.pkl and mends its checksum, so that the unpickler sees them. */
function damagePickle(file: Buffer, random: Random): Uint8Array {
  const result = Buffer.from(file);
  const name = result.indexOf('data.pkl');
  const header = result.lastIndexOf('PK\x03\x04', name);
  const start = header + 30 + result.readUInt16LE(header + 26) + result.readUInt16LE(header + 28);
  const central = result.lastIndexOf('PK\x01\x02', result.lastIndexOf('data.pkl'));
  const size = result.readUInt32LE(central + 24);
  for (let i = random.integer(3); i >= 0; i--)
    result[start + random.integer(size)] = random.integer(256);
  result.writeUInt32LE(crc32(result.subarray(start, start + size)), central + 16);
  return result;
}

/** Any answer is fine but a crash: a valid checkpoint, or our error. */
async function outcome(bytes: Uint8Array): Promise<'read' | 'refused'> {
  try {
    const { tensors } = await readCheckpoint(bytes);
    for (const { dims, data } of tensors.values()) expect(data.length).toBe(elementCount(dims));
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return 'refused';
  }
}

describe('damaged files', { timeout: 30_000 }, () => {
  it.each([...FILES, 'reference.safetensors'])(
    'reads or refuses %s, never anything else',
    async (name) => {
      const file = await readFile(join(FIXTURES, name));
      const random = createRandom(3, name.length);
      const counts = { read: 0, refused: 0 };
      for (let round = 0; round < ROUNDS; round++) counts[await outcome(damage(file, random))]++;
      expect(counts.refused).toBeGreaterThan(ROUNDS / 20);
      expect(await outcome(file)).toBe('read');
    },
  );

  it.each(FILES)('reads or refuses %s with a changed pickle', async (name) => {
    const file = await readFile(join(FIXTURES, name));
    const random = createRandom(4, name.length);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < 2 * ROUNDS; round++)
      counts[await outcome(damagePickle(file, random))]++;
    expect(counts.read).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(ROUNDS / 10);
  });

  it('refuses every truncation of a file', async () => {
    const file = await readFile(join(FIXTURES, 'views.pt'));
    for (let length = 0; length < file.byteLength; length += 7)
      expect(await outcome(file.subarray(0, length))).toBe('refused');
    const safetensors = await readFile(join(FIXTURES, 'reference.safetensors'));
    for (let length = 0; length < safetensors.byteLength; length++)
      expect(await outcome(safetensors.subarray(0, length))).toBe('refused');
  });
});
