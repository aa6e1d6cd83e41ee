import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  float32,
  type LabelledImage,
  type ProgressEvent,
  type TaskOptions,
  type Tensor,
} from '@cxrkit/core';
import { readSafetensors, writeSafetensors } from '@cxrkit/nn/checkpoint';

/** What {@link cachedRows} takes. */
export interface CachedRowsOptions<Item> extends TaskOptions {
  /** Made if absent. */
  readonly folder: string;
  /** Names the files, such as `latents`. */
  readonly subject: string;
  /** Hash of the weights, and whatever else the rows depend on. */
  readonly model: string;
  readonly items: readonly Item[];
  /** Of the progress. */
  readonly unit: ProgressEvent['unit'];
  /** Tells items apart, and an item from what it was before. */
  readonly keyOf: (item: Item) => string | Promise<string>;
  /** Computes the vectors of an item; each name of one length for all items. */
  readonly compute: (item: Item) => Promise<Readonly<Record<string, Float32Array>>>;
}

/** Vectors by name, one an item, in the order of the items. */
export type Rows = Readonly<Record<string, readonly Float32Array[]>>;

/** Items a file. */
const CHUNK = 64;

/**
 * Computes vectors of items once: they lie in safetensors files of 64 items, `<subject>-<hash>.safetensors`, where the
 * hash is of the model and of the items' keys. What was computed before an abort is not computed again.
 *
 * @throws the signal's reason; CxrError with code `CHECKPOINT` if the folder cannot be written.
 */
export async function cachedRows<Item>(options: CachedRowsOptions<Item>): Promise<Rows> {
  const { folder, items, signal } = options;
  await mkdir(folder, { recursive: true });
  const rows: Record<string, Float32Array[]> = {};
  for (let start = 0; start < items.length; start += CHUNK) {
    signal?.throwIfAborted();
    const tensors = await cachedChunk(start, options);
    for (const [name, tensor] of tensors) {
      rows[name] ??= [];
      rows[name].push(...rowsOf(tensor));
    }
  }
  return rows;
}

async function cachedChunk<Item>(
  start: number,
  options: CachedRowsOptions<Item>,
): Promise<ReadonlyMap<string, Tensor>> {
  const { folder, subject, model, keyOf, items } = options;
  const chunk = items.slice(start, start + CHUNK);
  const keys = await Promise.all(chunk.map(keyOf));
  const hash = createHash('sha256')
    .update(JSON.stringify([model, keys]))
    .digest('hex');
  const path = join(folder, `${subject}-${hash.slice(0, 24)}.safetensors`);
  if (existsSync(path)) return (await readSafetensors(path)).tensors;
  const tensors = await computeChunk(chunk, start, options);
  await writeSafetensors(path, tensors);
  return tensors;
}

async function computeChunk<Item>(
  chunk: readonly Item[],
  start: number,
  { compute, subject, items, unit, signal, onProgress }: CachedRowsOptions<Item>,
): Promise<Map<string, Tensor>> {
  const found: Record<string, Float32Array[]> = {};
  for (const [i, item] of chunk.entries()) {
    signal?.throwIfAborted();
    for (const [name, row] of Object.entries(await compute(item))) {
      found[name] ??= [];
      found[name].push(row);
    }
    const [completed, total] = [start + i + 1, items.length];
    onProgress?.({ phase: 'prepare', completed, total, unit, subject });
  }
  return new Map(Object.entries(found).map(([name, rows]) => [name, joined(rows)]));
}

function joined(rows: readonly Float32Array[]): Tensor<'float32'> {
  const size = rows[0].length;
  const data = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) data.set(row, i * size);
  return float32(data, [rows.length, size]);
}

function rowsOf({ data, dims: [count, size] }: Tensor): Float32Array[] {
  const values = data as Float32Array;
  return Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size));
}

/** @returns The key of a picture: its path, its shape, and size and time of its file. */
export async function pictureKey({ image, aspect }: LabelledImage): Promise<string> {
  const { size, mtimeMs } = await stat(image);
  return JSON.stringify([image, aspect ?? null, size, mtimeMs]);
}
