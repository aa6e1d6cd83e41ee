import { parentPort, workerData } from 'node:worker_threads';
import type { Tensors } from '@cxrkit/core';
import { toRecord } from './batch-error.js';
import type { BatchReply, BatchRequest } from './batch-thread.js';

/**
 * The worker's side of `workerBatches`: answers each index with the batch that `open` makes.
 * The memory of a batch is moved, not copied: make each batch's tensors anew.
 *
 * @param open - Called once with the data; gives the function from index to batch.
 */
export function serveBatches<Data>(
  open: (data: Data) => Promise<(index: number) => Promise<Tensors>>,
): void {
  const source = open(workerData as Data);
  // Each request reports the failure; unhandled, it would end the thread first.
  source.catch(() => {});
  const begun = new Set<Promise<void>>();
  parentPort?.on('message', (request: BatchRequest) => {
    if (request === 'end') {
      void Promise.all(begun).then(() => process.exit());
      return;
    }
    const work = answer(source, request);
    begun.add(work);
    void work.then(() => begun.delete(work));
  });
}

async function answer(
  source: Promise<(index: number) => Promise<Tensors>>,
  index: number,
): Promise<void> {
  const send = (reply: BatchReply, buffers: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(reply, buffers);
  try {
    const batch = await (await source)(index);
    send({ index, batch }, [...buffersOf(batch)]);
  } catch (error) {
    send({ index, error: toRecord(error) });
  }
}

function buffersOf(batch: Tensors): Set<ArrayBuffer> {
  const buffers = Object.values(batch).map(({ data }) => data.buffer);
  return new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer));
}
