import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { DisposedError, type Tensors } from '@cxrkit/core';
import { spawnWorker } from '@cxrkit/core/workers';
import { BatchError, type ErrorRecord, toBatchError, toRecord } from './batch-error.js';

/** What a worker is asked: a batch, or to end. */
export type BatchRequest = number | 'end';

/** What a worker answers. */
export interface BatchReply {
  readonly index: number;
  readonly batch?: Tensors;
  readonly error?: ErrorRecord;
}

interface Waiting {
  readonly resolve: (batch: Tensors) => void;
  readonly reject: (error: Error) => void;
}

// How long a worker may take to finish what it has begun.
const END_LIMIT_MS = 5000;

/** One worker thread that makes batches. */
export class BatchThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #crash: string | undefined;
  #end: Error | undefined;
  #hasExited = false;

  constructor(module: URL, data: unknown) {
    this.#worker = spawnWorker(module, data);
    this.#worker.on('message', (reply: BatchReply) => this.#settle(reply));
    this.#worker.on('error', (error) => {
      this.#crash = toRecord(error).message;
    });
    this.#worker.once('exit', (code) => {
      this.#hasExited = true;
      const reason = this.#crash ?? `it ended with code ${code}`;
      const options = { code: 'INVALID_INPUT' } as const;
      this.#finish(new BatchError(`The worker that makes batches stopped: ${reason}`, options));
    });
    this.#hold();
  }

  /** Asks for a batch; answers may come in another order. */
  make(index: number): Promise<Tensors> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting.set(index, { resolve, reject });
      this.#hold();
      this.#send(index);
    });
  }

  /** Ends the thread when what it has begun is done: image codecs dislike being torn down at work. */
  async end(): Promise<void> {
    this.#finish(new DisposedError('The batches'));
    if (this.#hasExited) return;
    this.#worker.ref();
    const exit = once(this.#worker, 'exit');
    this.#send('end');
    const timer = setTimeout(() => void this.#worker.terminate(), END_LIMIT_MS);
    await exit;
    clearTimeout(timer);
  }

  #send(request: BatchRequest): void {
    this.#worker.postMessage(request);
  }

  #settle({ index, batch, error }: BatchReply): void {
    const waiting = this.#waiting.get(index);
    this.#waiting.delete(index);
    if (batch) waiting?.resolve(batch);
    else waiting?.reject(toBatchError(index, error ?? { message: 'no batch came' }));
    this.#hold();
  }

  #finish(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }

  // Without this a script that awaits its training would end silently, or one that forgets to dispose never.
  #hold(): void {
    if (this.#waiting.size > 0) this.#worker.ref();
    else this.#worker.unref();
  }
}
