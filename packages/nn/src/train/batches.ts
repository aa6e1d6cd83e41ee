import { DisposedError, InvalidInputError, type TaskOptions, type Tensors } from '@cxrkit/core';
import { BatchThread } from './batch-thread.js';

/** Gives batch `index` of a run: a pure function of the index, so that a resumed run sees the same batches. */
export interface BatchSource extends AsyncDisposable {
  batch(index: number): Promise<Tensors>;
}

export interface WorkerBatchesOptions extends TaskOptions {
  /** Module that calls `serveBatches`, as `new URL('./x-worker.js', import.meta.url)`. */
  readonly module: URL;
  /** Handed to the worker; plain data. */
  readonly data: unknown;
  /** Threads. @defaultValue 1 */
  readonly workers?: number;
  /** Batches made ahead of the step. @defaultValue 4 */
  readonly ahead?: number;
}

/**
 * Makes batches in worker threads, ahead of the training step. Threads keep the process alive while a batch is being
 * made, and only then.
 *
 * @returns A source whose `batch` rejects with `BatchError` if the worker's function throws or the worker ends,
 *   and with `DisposedError` after its disposal.
 */
export function workerBatches({
  module,
  data,
  workers = 1,
  ahead = 4,
}: WorkerBatchesOptions): BatchSource {
  if (!Number.isInteger(workers) || workers < 1)
    throw new InvalidInputError('workers', 'a whole number of 1 or more', workers);
  const threads = Array.from({ length: workers }, () => new BatchThread(module, data));
  const made = new Map<number, Promise<Tensors>>();
  let isDisposed = false;
  const request = (index: number): Promise<Tensors> => {
    const known = made.get(index) ?? threads[index % workers].make(index);
    // A batch made ahead may fail before anybody asks for it.
    known.catch(() => {});
    made.set(index, known);
    return known;
  };
  return {
    batch: (index) => {
      if (isDisposed) return Promise.reject(new DisposedError('The batches'));
      const wanted = request(index);
      made.delete(index);
      for (let i = index + 1; i <= index + ahead; i++) void request(i);
      return wanted;
    },
    [Symbol.asyncDispose]: async () => {
      isDisposed = true;
      made.clear();
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}
