import type { Tensors } from '@cxrkit/core';
import type { BatchSource } from './batches.js';
import { orAborted } from './or-aborted.js';

/** Batches that are asked for before their turn comes. */
export class BatchesAhead {
  readonly #source: BatchSource;
  /** Batches that belong together: those of one update. */
  readonly #unit: number;
  readonly #asked = new Map<number, Promise<Tensors>>();

  constructor(source: BatchSource, unit: number) {
    this.#source = source;
    this.#unit = unit;
  }

  /** Has the batches of updates made, which will be taken. */
  ask(update: number, updates: number): void {
    const first = update * this.#unit;
    for (let index = first; index < first + updates * this.#unit; index++) void this.#batch(index);
  }

  /**
   * Waits for the batches of updates, and no longer than until the abort.
   *
   * @returns Those of the updates before the first that lacks one.
   * @throws Why it does, if that is the first of all; the signal's reason.
   */
  async take(update: number, updates: number, signal?: AbortSignal): Promise<Tensors[]> {
    this.ask(update, updates);
    const first = update * this.#unit;
    const batches: Tensors[] = [];
    for (let index = first; index < first + updates * this.#unit; index++) {
      try {
        batches.push(await orAborted(this.#batch(index), signal));
      } catch (error) {
        const whole = batches.length - (batches.length % this.#unit);
        if (signal?.aborted || whole === 0) throw error;
        return batches.slice(0, whole);
      }
      this.#asked.delete(index);
    }
    return batches;
  }

  #batch(index: number): Promise<Tensors> {
    const known = this.#asked.get(index) ?? this.#make(index);
    // It may fail before its turn comes.
    known.catch(() => {});
    this.#asked.set(index, known);
    return known;
  }

  async #make(index: number): Promise<Tensors> {
    return await this.#source.batch(index);
  }
}
