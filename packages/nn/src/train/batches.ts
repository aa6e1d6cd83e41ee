import { parentPort, workerData } from 'node:worker_threads';
import type { TaskOptions, Tensor, Tensors } from '@cxrkit/core';
import { spawnWorker } from '@cxrkit/core/workers';

/** Gives batch `index` of a run: a pure function of the index, so that a resumed run sees the same batches. */
export interface BatchSource extends AsyncDisposable {
  batch(index: number): Promise<Tensors>;
}

export interface WorkerBatchesOptions extends TaskOptions {
  /** Module that calls {@link serveBatches}, as `new URL('./x-worker.js', import.meta.url)`. */
  readonly module: URL;
  /** Handed to the worker; plain data. */
  readonly data: unknown;
  /** Threads. @defaultValue 1 */
  readonly workers?: number;
  /** Batches made ahead of the step. @defaultValue 4 */
  readonly ahead?: number;
}

type Reply = { readonly index: number; readonly batch?: Tensors; readonly error?: Error };

/** Makes batches in worker threads, ahead of the training step. */
export function workerBatches({
  module,
  data,
  workers = 1,
  ahead = 4,
}: WorkerBatchesOptions): BatchSource {
  const threads = Array.from({ length: workers }, () => spawnWorker(module, data));
  const waiting = new Map<number, PromiseWithResolvers>();
  const ready = new Map<number, Promise<Tensors>>();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    for (const { reject } of waiting.values()) reject(error);
  };
  for (const thread of threads) {
    thread.on('message', ({ index, batch, error }: Reply) => {
      const promise = waiting.get(index);
      waiting.delete(index);
      if (batch) promise?.resolve(batch);
      else promise?.reject(error);
    });
    thread.on('error', fail);
  }
  const request = (index: number): void => {
    if (ready.has(index)) return;
    const { promise, ...handlers } = deferred();
    promise.catch(() => {});
    waiting.set(index, { promise, ...handlers });
    ready.set(index, promise);
    // A thread that died before it was asked would never answer.
    if (failure) handlers.reject(failure.error);
    else threads[index % workers].postMessage(index);
  };
  return {
    batch: (index) => {
      for (let i = index; i <= index + ahead; i++) request(i);
      const promise = ready.get(index) ?? Promise.reject(new RangeError(`batch ${index}`));
      ready.delete(index);
      return promise;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

interface PromiseWithResolvers {
  readonly promise: Promise<Tensors>;
  readonly resolve: (batch: Tensors) => void;
  readonly reject: (error: unknown) => void;
}

function deferred(): PromiseWithResolvers {
  let resolve: (batch: Tensors) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Tensors>((onResolve, onReject) => {
    [resolve, reject] = [onResolve, onReject];
  });
  return { promise, resolve, reject };
}

/**
 * The worker's side of {@link workerBatches}: answers each index with the batch that `open` makes.
 *
 * @param open - Called once with the data; gives the function from index to batch.
 */
export function serveBatches<Data>(
  open: (data: Data) => Promise<(index: number) => Promise<Tensors>>,
): void {
  const source = open(workerData as Data);
  parentPort?.on('message', async (index: number) => {
    try {
      const batch = await (await source)(index);
      const buffers = Object.values(batch).map(
        (tensor: Tensor) => tensor.data.buffer as ArrayBuffer,
      );
      parentPort?.postMessage({ index, batch }, [...new Set(buffers)]);
    } catch (error) {
      parentPort?.postMessage({ index, error });
    }
  });
}
