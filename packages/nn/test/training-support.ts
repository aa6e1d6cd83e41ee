import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { float32, int64, type Tensor, type Tensors } from '@cxrkit/core';
import type { BatchSource } from '@cxrkit/nn/train';

/** A tensor in a fixture. */
export interface StoredTensor {
  readonly type: 'float32' | 'int64';
  readonly dims: number[];
  readonly data: number[];
}

export function loadFixture<T>(name: string): T {
  const url = new URL(`./__fixtures__/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(url), 'utf8'));
}

export function toTensor({ type, dims, data }: StoredTensor): Tensor {
  return type === 'int64' ? int64(data, dims) : float32(data, dims);
}

export function toTensors(stored: Readonly<Record<string, StoredTensor>>): Map<string, Tensor> {
  return new Map(Object.entries(stored).map(([name, tensor]) => [name, toTensor(tensor)]));
}

/** Batches that lie in memory. */
export function batchesOf(batch: (index: number) => Tensors): BatchSource {
  return {
    batch: (index) => Promise.resolve(batch(index)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Runs `use` with a folder of its own, which is removed afterwards. */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cxrkit-train-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Largest difference of two lists of numbers. */
export function largestDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...Array.from(a, (value, i) => Math.abs(Number(value) - b[i])));
}
