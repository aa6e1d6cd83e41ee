import type { FileHandle } from 'node:fs/promises';
import {
  CxrError,
  elementCount,
  InvalidInputError,
  type TaskOptions,
  type Tensor,
} from '@cxrkit/core';
import { type ByteListener, byteListener } from '../byte-source.js';
import { STORED_BYTES, STORED_TYPES } from '../stored-type.js';
import { writeAtomically } from './write-atomically.js';

/** What {@link writeSafetensors} takes besides path and tensors. */
export interface WriteSafetensorsOptions extends TaskOptions {
  /** Words about the file, such as `{ format: 'pt' }`. @defaultValue none */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

const ALIGNMENT = 8;
const CHUNK_BYTES = 2 ** 26;

/**
 * Writes a safetensors file atomically: readers see the old file or the whole new one.
 *
 * Data starts at a multiple of 8 bytes, wider elements come first, so every tensor is aligned to its
 * element. Tensors are written straight from their own buffers, so files may exceed 2 GB.
 *
 * @param path - In a folder that exists.
 * @throws {@link InvalidInputError} if a name comes twice or is reserved, or data does not fit dims.
 * @throws CxrError with code `CHECKPOINT` if the disk refuses; the old file is then untouched.
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, Tensor]>,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  options.signal?.throwIfAborted();
  const { header, ordered } = layOut(tensors, options.metadata);
  const total = ordered.reduce((bytes, { data }) => bytes + data.byteLength, header.byteLength);
  const onBytes = byteListener('write', path, total, options);
  try {
    await writeAtomically(path, async (file) => {
      await writeBytes(file, header, onBytes);
      for (const { data } of ordered) {
        options.signal?.throwIfAborted();
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        await writeBytes(file, bytes, onBytes);
      }
    });
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new CxrError(`Could not write the checkpoint ${path}: ${error.message}`, {
      code: 'CHECKPOINT',
      cause: error,
    });
  }
}

interface Layout {
  readonly header: Uint8Array;
  readonly ordered: readonly Tensor[];
}

function layOut(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Readonly<Record<string, string>> | undefined,
): Layout {
  const entries = checkedEntries(tensors);
  const ordered = [...entries].sort(([, a], [, b]) => elementBytes(b) - elementBytes(a));
  const offsets = new Map<string, number>();
  let position = 0;
  for (const [name, { data }] of ordered) {
    offsets.set(name, position);
    position += data.byteLength;
  }
  // Joined by hand: an object would put names like "0" first.
  const fields = metadata === undefined ? [] : [`"__metadata__":${JSON.stringify(metadata)}`];
  for (const [name, tensor] of entries) {
    const start = offsets.get(name) ?? 0;
    const entry = {
      dtype: STORED_TYPES[tensor.type],
      shape: tensor.dims,
      data_offsets: [start, start + tensor.data.byteLength],
    };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  return {
    header: encodeHeader(`{${fields.join(',')}}`),
    ordered: ordered.map(([, tensor]) => tensor),
  };
}

function checkedEntries(tensors: Iterable<readonly [string, Tensor]>): Map<string, Tensor> {
  const entries = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    if (entries.has(name) || name === '__metadata__')
      throw new InvalidInputError('tensors', 'distinct names, none of them __metadata__', name);
    const count = elementCount(tensor.dims);
    if (tensor.data.length !== count)
      throw new InvalidInputError(
        `tensor ${name}`,
        `${count} elements (dims ${tensor.dims.join(' x ')})`,
        tensor.data.length,
      );
    entries.set(name, tensor);
  }
  return entries;
}

function elementBytes({ type }: Tensor): number {
  return STORED_BYTES[STORED_TYPES[type]];
}

/** Length (u64, little endian), JSON, spaces up to the alignment. */
function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.byteLength / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  return header;
}

async function writeBytes(
  file: FileHandle,
  bytes: Uint8Array,
  onBytes: ByteListener,
): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const length = Math.min(CHUNK_BYTES, bytes.byteLength - written);
    const { bytesWritten } = await file.write(bytes, written, length);
    written += bytesWritten;
    onBytes(bytesWritten);
  }
}
