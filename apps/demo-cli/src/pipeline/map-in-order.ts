/**
 * Works on many items with a few workers and yields the results in the items' order. At most two items a worker are
 * under way or waiting to be taken, so memory stays flat however many items there are.
 *
 * @param run - Must not reject for what the caller wants to survive: the first rejection ends the whole.
 */
export async function* mapInOrder<Item, Worker, Result>(
  items: readonly Item[],
  workers: readonly Worker[],
  run: (item: Item, worker: () => Promise<Lease<Worker>>) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const pool = new Pool(workers);
  const pending: Promise<Result>[] = [];
  let next = 0;
  try {
    while (next < items.length || pending.length > 0) {
      while (next < items.length && pending.length < 2 * workers.length)
        pending.push(handled(run(items[next++], () => pool.take())));
      yield await pending[0];
      pending.splice(0, 1);
    }
  } finally {
    await Promise.allSettled(pending);
  }
}

/** A worker that is nobody else's until it is given back. */
export interface Lease<Worker> {
  readonly worker: Worker;
  readonly release: () => void;
}

class Pool<Worker> {
  readonly #idle: Worker[];
  readonly #waiting: ((lease: Lease<Worker>) => void)[] = [];

  constructor(workers: readonly Worker[]) {
    this.#idle = [...workers];
  }

  take(): Promise<Lease<Worker>> {
    const worker = this.#idle.shift();
    if (worker !== undefined) return Promise.resolve(this.#lease(worker));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #lease(worker: Worker): Lease<Worker> {
    const release = (): void => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(this.#lease(worker));
    };
    return { worker, release };
  }
}

/** A rejection that is looked at later is no unhandled one. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
