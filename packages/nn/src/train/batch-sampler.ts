import { createRandom } from '@cxrkit/core';

/**
 * Picks the items of batch `index`: one data set a batch (chosen by its share), each set walked through in
 * a fresh order every epoch.
 */
export class BatchSampler<Item extends { readonly source: string }> {
  readonly #sets: readonly (readonly Item[])[];
  readonly #shares: readonly number[];
  readonly #batchSize: number;
  readonly #seed: number;

  /** @param shares - Relative frequency of each source. @defaultValue the square root of its size */
  constructor(
    items: readonly Item[],
    batchSize: number,
    seed: number,
    shares: Readonly<Record<string, number>> = {},
  ) {
    const sources = [...new Set(items.map(({ source }) => source))].sort();
    this.#sets = sources.map((source) => items.filter((item) => item.source === source));
    const raw = sources.map((source, i) => shares[source] ?? Math.sqrt(this.#sets[i].length));
    const total = raw.reduce((sum, share) => sum + share, 0);
    this.#shares = raw.map((share) => share / total);
    this.#batchSize = batchSize;
    this.#seed = seed;
  }

  /** The items of a batch; a pure function of the index. */
  items(index: number): Item[] {
    const set = this.#setOf(index);
    // Batches of this set before this one.
    let earlier = 0;
    for (let i = 0; i < index; i++) if (this.#setOf(i) === set) earlier++;
    const items = this.#sets[set];
    return Array.from({ length: this.#batchSize }, (_, i) => {
      const position = earlier * this.#batchSize + i;
      return this.#order(set, Math.floor(position / items.length))[position % items.length];
    });
  }

  readonly #orders = new Map<string, Item[]>();

  #order(set: number, epoch: number): Item[] {
    const key = `${set}:${epoch}`;
    const known =
      this.#orders.get(key) ?? createRandom(this.#seed, set, epoch).shuffle(this.#sets[set]);
    if (this.#orders.size > 8) this.#orders.clear();
    this.#orders.set(key, known);
    return known;
  }

  #setOf(index: number): number {
    let left = createRandom(this.#seed, 7, index).uniform();
    const found = this.#shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    return found < 0 ? this.#shares.length - 1 : found;
  }
}
