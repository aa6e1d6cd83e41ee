import { type CxrError, DeviceError, DisposedError, InvalidInputError } from '../errors.js';
import type { CallMessage, CallName, Calls, Failure, FromWorker } from './protocol.js';
import type { Transport } from './transport.js';

/** How one call is made. */
export interface CallOptions<K extends CallName> {
  /** Makes the typed error of this call from onnxruntime's words. */
  readonly wrap: (message: string, cause: Error) => CxrError;
  readonly transfer?: readonly ArrayBuffer[];
  readonly signal?: AbortSignal | undefined;
  /** Receives an answer that comes after the caller gave up. */
  readonly onLate?: (reply: Calls[K]['reply']) => void;
}

interface Pending {
  readonly settle: (message: FromWorker) => void;
  readonly reject: (error: unknown) => void;
  isLive: boolean;
}

/** Calls to one worker and their answers. */
export class Channel {
  readonly #transport: Transport;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #end: CxrError | undefined;

  /** @param device - The word for the worker in errors. */
  constructor(transport: Transport, device: string) {
    this.#transport = transport;
    transport.listen({
      onMessage: (message) => this.#pending.get(message.id)?.settle(message),
      onExit: (reason) => this.#finish(new DeviceError(device, `its worker stopped: ${reason}`)),
    });
  }

  /** Why no more calls are possible: disposed or crashed; `undefined` while the worker lives. */
  get end(): CxrError | undefined {
    return this.#end;
  }

  /**
   * Sends a call to the worker, which answers in order.
   *
   * @throws The signal's reason; {@link DisposedError}; {@link DeviceError} when the worker has died.
   */
  call<K extends CallName>(
    call: K,
    request: Calls[K]['request'],
    options: CallOptions<K>,
  ): Promise<Calls[K]['reply']> {
    const { signal, transfer = [] } = options;
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#abandon(id, signal?.reason);
      const entry: Pending = {
        isLive: true,
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
        settle: (message) => {
          this.#pending.delete(id);
          if ('failure' in message) entry.reject(toError(message.failure, options.wrap));
          else if (entry.isLive) {
            signal?.removeEventListener('abort', onAbort);
            resolve(message.value as Calls[K]['reply']);
          } else options.onLate?.(message.value as Calls[K]['reply']);
          this.#hold();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, entry);
      this.#transport.send({ id, call, request } as CallMessage, transfer);
      this.#hold();
    });
  }

  /** Ends the worker; calls under way are rejected. */
  async close(what: string): Promise<void> {
    this.#finish(new DisposedError(what));
    await this.#transport.terminate();
  }

  #abandon(id: number, reason: unknown): void {
    const entry = this.#pending.get(id);
    if (entry === undefined || !entry.isLive) return;
    entry.isLive = false;
    entry.reject(reason);
    this.#transport.send({ cancel: id }, []);
  }

  #finish(error: CxrError): void {
    this.#end ??= error;
    for (const entry of this.#pending.values()) entry.reject(this.#end);
    this.#pending.clear();
  }

  // A worker keeps the process alive while it works, even if nobody waits: a thread must not be ended in native code.
  #hold(): void {
    this.#transport.hold(this.#pending.size > 0);
  }
}

function toError(failure: Failure, wrap: CallOptions<CallName>['wrap']): CxrError {
  if ('complaint' in failure) {
    const { name, expected, actual, remedy } = failure.complaint;
    return new InvalidInputError(name, expected, actual, remedy);
  }
  const message = 'message' in failure ? failure.message : 'it was cancelled';
  return wrap(message, new Error(message));
}
