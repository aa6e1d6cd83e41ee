import type { Tensor } from '@cxrkit/core';
import type { ByteListener } from '../byte-source.js';
import { exactBytes } from '../checkpoint.js';
import { FormatError } from '../format-error.js';
import { decodeTensor, STORED_BYTES } from '../stored-type.js';
import { materialise, type TensorView } from './tensor-view.js';
import type { ZipArchive } from './zip-archive.js';

/** One read: a byte range of a storage's record, and the views it holds. */
interface StorageRead {
  readonly record: string;
  readonly start: number;
  readonly end: number;
  readonly views: readonly TensorView[];
}

/** Most bytes tensors may take: four times the file (widened types, repeated elements) and this. */
const SPARE_BYTES = 2 ** 26;

/**
 * Plans one read for each storage the views need.
 *
 * @param folder - Prefix of the archive's storage records, such as `archive/data/`.
 * @throws {@link FormatError} if a storage is missing or of another size than claimed, or if repeated
 *   elements (stride 0) would unfold to far more than the file holds.
 */
export function planReads(
  archive: ZipArchive,
  folder: string,
  views: Iterable<TensorView>,
): StorageRead[] {
  const byRecord = new Map<string, Map<string, TensorView>>();
  for (const view of views) {
    const record = `${folder}${view.storage.key}`;
    const group = byRecord.get(record) ?? new Map<string, TensorView>();
    byRecord.set(record, group.set(viewKey(view), view));
  }
  const reads = [...byRecord].map(([record, group]) =>
    planRead(archive, record, [...group.values()]),
  );
  checkUnfoldedSize(archive, reads);
  return reads;
}

/**
 * Reads planned storages one after another, so that at most one is in memory beside its tensors.
 *
 * @returns Tensors by {@link viewKey}; each has its own buffer.
 */
export async function readViews(
  archive: ZipArchive,
  reads: readonly StorageRead[],
  onBytes: ByteListener,
): Promise<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const { record, start, end, views } of reads) {
    const bytes = await archive.read(record, start, end, onBytes);
    for (const view of views) {
      const from = start / STORED_BYTES[view.stored];
      const elements = materialise(view, bytes, from, views.length === 1);
      tensors.set(viewKey(view), decodeTensor(view.stored, view.dims, elements));
    }
  }
  return tensors;
}

/** @returns The same text for views of the same elements in the same shape. */
export function viewKey({ storage, stored, offset, dims, strides }: TensorView): string {
  return `${stored} ${offset} ${dims.join()} ${strides.join()} ${storage.key}`;
}

function planRead(archive: ZipArchive, record: string, views: readonly TensorView[]): StorageRead {
  const size = archive.sizes.get(record);
  if (size === undefined) throw new FormatError(`it lacks the storage record ${record}`);
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const view of views) {
    const claimed = view.storage.length * STORED_BYTES[view.storage.stored];
    if (claimed !== size)
      throw new FormatError(`storage ${record} should have ${claimed} bytes, it has ${size}`);
    start = Math.min(start, view.offset * STORED_BYTES[view.stored]);
    end = Math.max(end, view.end * STORED_BYTES[view.stored]);
  }
  // A multiple of the widest element, so that every view stays aligned.
  return { record, start: Math.floor(start / 8) * 8, end, views };
}

function checkUnfoldedSize(archive: ZipArchive, reads: readonly StorageRead[]): void {
  let allowance = SPARE_BYTES;
  for (const size of archive.sizes.values()) allowance += 4 * size;
  let unfolded = 0;
  for (const { views } of reads)
    for (const { dims, stored } of views)
      unfolded += exactBytes(dims, STORED_BYTES[stored]) ?? Number.POSITIVE_INFINITY;
  if (unfolded > allowance)
    throw new FormatError(
      `its tensors repeat elements so often that they unfold to ${unfolded} bytes; at most ${allowance} are made`,
    );
}
