import type { TaskOptions } from '@cxrkit/core';
import { openByteSource, sourceLabel } from './byte-source.js';
import type { NameFilter } from './checkpoint.js';
import { detectFormat } from './detect-format.js';
import { guardCheckpoint } from './format-error.js';
import { type PyTorchCheckpoint, readPyTorchCheckpoint } from './pytorch/read-pytorch.js';
import { readSafetensors, type SafetensorsCheckpoint } from './safetensors/read-safetensors.js';

/** What {@link readCheckpoint} takes besides the file. */
export interface ReadCheckpointOptions extends TaskOptions {
  /** Tensors to read. @defaultValue all */
  readonly names?: NameFilter | undefined;
  /** Key of a PyTorch file's state dict; safetensors files have none. @defaultValue found by itself */
  readonly key?: string | undefined;
}

/**
 * Reads weights from a safetensors or PyTorch file, told apart by content.
 *
 * @param input - Path, or the file's bytes.
 * @throws CheckpointError as {@link readSafetensors} and {@link readPyTorchCheckpoint} do.
 */
export async function readCheckpoint(
  input: string | Uint8Array,
  { names, key, signal, onProgress }: ReadCheckpointOptions = {},
): Promise<SafetensorsCheckpoint | PyTorchCheckpoint> {
  signal?.throwIfAborted();
  const format = await guardCheckpoint(sourceLabel(input), async () => {
    const source = await openByteSource(input);
    try {
      return await detectFormat(source);
    } finally {
      await source.close();
    }
  });
  if (format === 'safetensors') return readSafetensors(input, { names, signal, onProgress });
  return readPyTorchCheckpoint(input, { key, keys: names, signal, onProgress });
}
