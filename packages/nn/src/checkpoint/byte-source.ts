import { open } from 'node:fs/promises';
import { CheckpointError, type TaskOptions } from '@cxrkit/core';
import { FormatError } from './format-error.js';

/** Bytes that can be read anywhere: a file or memory. */
export interface ByteSource {
  /** The file's path, or a word for bytes in memory. */
  readonly label: string;
  /** Bytes. */
  readonly size: number;
  /** Fills `target` from `position` on; the range must lie inside. */
  fill(target: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/** Called with the number of bytes just read or written; throws once the task is aborted. */
export type ByteListener = (bytes: number) => void;

const CHUNK_BYTES = 2 ** 24;

/** @returns The name by which messages speak of `input`. */
export function sourceLabel(input: string | Uint8Array): string {
  return typeof input === 'string' ? input : '(bytes in memory)';
}

/** Opens a file or wraps bytes; close it in any case. */
export async function openByteSource(input: string | Uint8Array): Promise<ByteSource> {
  if (typeof input !== 'string')
    return {
      label: sourceLabel(input),
      size: input.byteLength,
      fill: async (target, position) =>
        target.set(input.subarray(position, position + target.byteLength)),
      close: async () => {},
    };
  const file = await open(input, 'r');
  try {
    const stats = await file.stat();
    if (!stats.isFile())
      throw new CheckpointError(input, 'expected a file, got a folder or device');
    return {
      label: input,
      size: stats.size,
      fill: async (target, position) => {
        let filled = 0;
        while (filled < target.byteLength) {
          const rest = target.byteLength - filled;
          const { bytesRead } = await file.read(target, filled, rest, position + filled);
          if (bytesRead === 0) throw new FormatError('the file was cut while being read');
          filled += bytesRead;
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Reads `length` bytes from `start` into a buffer of their own, in chunks of 16 MB.
 *
 * @throws {@link FormatError} if the range does not lie inside the source; nothing is allocated then.
 */
export async function readRange(
  source: ByteSource,
  start: number,
  length: number,
  onBytes?: ByteListener,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!(start >= 0 && length >= 0 && start + length <= source.size))
    throw new FormatError(
      `expected ${length} bytes at byte ${start}, but it has ${source.size} bytes; it is cut or damaged`,
    );
  const bytes = new Uint8Array(length);
  for (let from = 0; from < length; from += CHUNK_BYTES) {
    const chunk = bytes.subarray(from, Math.min(length, from + CHUNK_BYTES));
    await source.fill(chunk, start + from);
    onBytes?.(chunk.byteLength);
  }
  return bytes;
}

/** Makes a listener that reports progress in bytes and obeys the signal. */
export function byteListener(
  phase: 'load' | 'write',
  subject: string,
  total: number,
  { signal, onProgress }: TaskOptions,
): ByteListener {
  let completed = 0;
  return (bytes) => {
    signal?.throwIfAborted();
    completed += bytes;
    onProgress?.({ phase, completed, total, unit: 'bytes', subject });
  };
}
