import { createRandom } from '@cxrkit/core';

/** Goes through `count` items in a new random order each epoch; a pure function of the position, so that runs resume. */
export class EpochOrder {
  readonly #count: number;
  readonly #seed: readonly [number, number];
  #epoch = -1;
  #order: readonly number[] = [];

  /** @param stream - Names an independent order of the same seed. */
  constructor(count: number, seed: number, stream: number) {
    this.#count = count;
    this.#seed = [seed, stream];
  }

  /** @returns The item at `position`, counted from the start of the run, and its epoch. */
  at(position: number): { readonly item: number; readonly epoch: number } {
    const epoch = Math.floor(position / this.#count);
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#order = createRandom(...this.#seed, epoch).shuffle([...Array(this.#count).keys()]);
    }
    return { item: this.#order[position % this.#count], epoch };
  }
}
