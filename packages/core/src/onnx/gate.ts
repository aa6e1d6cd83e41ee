const BUSY = 0;
const CLOSED = 1;

/**
 * A door between a thread that runs native code and the one that may end it. Ending a thread inside onnxruntime aborts
 * the whole process (onnxruntime-node 1.30: `terminate called after throwing an instance of 'Napi::Error'`), also when
 * the process merely exits.
 */
export class Gate {
  /** To be handed to the thread, which makes its own `Gate` of it. */
  readonly memory: SharedArrayBuffer;
  readonly #flags: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.memory = memory;
    this.#flags = new Int32Array(memory);
  }

  /** In the thread, before native code. @returns False if it must not begin. */
  enter(): boolean {
    Atomics.store(this.#flags, BUSY, 1);
    if (Atomics.load(this.#flags, CLOSED) === 0) return true;
    this.leave();
    return false;
  }

  /** In the thread, after native code. */
  leave(): void {
    Atomics.store(this.#flags, BUSY, 0);
    Atomics.notify(this.#flags, BUSY);
  }

  /** From outside: nothing begins any more. */
  close(): void {
    Atomics.store(this.#flags, CLOSED, 1);
  }

  /** From outside, after {@link close}: blocks until native code has ended or the limit is over. */
  waitUntilLeft(limitMs: number): void {
    Atomics.wait(this.#flags, BUSY, 1, limitMs);
  }
}
