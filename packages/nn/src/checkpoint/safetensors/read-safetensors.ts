import type { TaskOptions, Tensor } from '@cxrkit/core';
import {
  type ByteSource,
  byteListener,
  openByteSource,
  readRange,
  sourceLabel,
} from '../byte-source.js';
import { type Checkpoint, type NameFilter, selectNames } from '../checkpoint.js';
import { FormatError, guardCheckpoint } from '../format-error.js';
import { decodeTensor } from '../stored-type.js';
import { MAX_HEADER_BYTES, parseHeader, type SafetensorsEntry } from './header.js';

/** What {@link readSafetensors} takes besides the file. */
export interface ReadSafetensorsOptions extends TaskOptions {
  /** Tensors to read; from a file, no others are touched. @defaultValue all */
  readonly names?: NameFilter | undefined;
}

/** A safetensors file's content. */
export interface SafetensorsCheckpoint extends Checkpoint {
  readonly format: 'safetensors';
}

/**
 * Reads a safetensors file, or the named tensors of it.
 *
 * F16 stays raw `float16`; BF16 and I16 widen to `float32` and `int32`. Each tensor owns its buffer.
 *
 * @param input - Path, or the file's bytes (copied).
 * @throws CheckpointError if the file is missing, damaged, lacks a name asked for, or holds other types.
 * @see https://github.com/huggingface/safetensors, README, "Format".
 */
export async function readSafetensors(
  input: string | Uint8Array,
  options: ReadSafetensorsOptions = {},
): Promise<SafetensorsCheckpoint> {
  options.signal?.throwIfAborted();
  return guardCheckpoint(sourceLabel(input), async () => {
    const source = await openByteSource(input);
    try {
      return await readFrom(source, options);
    } finally {
      await source.close();
    }
  });
}

async function readFrom(
  source: ByteSource,
  options: ReadSafetensorsOptions,
): Promise<SafetensorsCheckpoint> {
  const { dataStart, text } = await readHeaderText(source);
  const { entries, metadata } = parseHeader(text, source.size - dataStart);
  const chosen: [string, SafetensorsEntry][] = [];
  for (const name of selectNames(entries.keys(), options.names)) {
    const entry = entries.get(name);
    if (entry !== undefined) chosen.push([name, entry]);
  }
  const total = chosen.reduce((bytes, [, { start, end }]) => bytes + end - start, 0);
  const onBytes = byteListener('load', source.label, total, options);
  const tensors = new Map<string, Tensor>();
  for (const [name, { stored, dims, start, end }] of chosen) {
    options.signal?.throwIfAborted();
    const bytes = await readRange(source, dataStart + start, end - start, onBytes);
    tensors.set(name, decodeTensor(stored, dims, bytes.buffer));
  }
  return { format: 'safetensors', tensors, metadata };
}

async function readHeaderText(source: ByteSource): Promise<{ dataStart: number; text: string }> {
  if (source.size < 8)
    throw new FormatError(`expected a safetensors header, got ${source.size} bytes`);
  const prefix = await readRange(source, 0, 8);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || length > source.size - 8)
    throw new FormatError(
      `its header claims ${length} bytes of ${source.size - 8} (at most ${MAX_HEADER_BYTES} are read); it is cut, damaged or no safetensors file`,
    );
  const bytes = await readRange(source, 8, length);
  try {
    return { dataStart: 8 + length, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    throw new FormatError('its header is not UTF-8; the file is damaged', { cause: error });
  }
}
