import { createRandom, InvalidInputError } from '@cxrkit/core';

/**
 * Picks the items of batch `index`: one data set a batch (chosen by its share), so that what tells the sets apart tells
 * nothing within a batch; or, `mixed`, a set for every item, which batch normalisation needs. Each set is walked through
 * in a fresh order every epoch.
 */
export class BatchSampler<Item extends { readonly source: string }> {
  readonly #sets: readonly (readonly Item[])[];
  readonly #shares: readonly number[];
  readonly #batchSize: number;
  /** Items drawn from one set at a time. */
  readonly #run: number;
  readonly #seed: number;
  /** Set of each run so far, and how many runs of that set came before it. */
  readonly #drawn: { readonly set: number; readonly earlier: number }[] = [];
  readonly #counts: number[];
  readonly #orders = new Map<string, Item[]>();

  /**
   * @param shares - Relative frequency of each source. @defaultValue the square root of its size
   * @param mixed - Draw a set for every item. @defaultValue false
   * @throws {@link InvalidInputError} without items, or if no share is above 0.
   */
  constructor(
    items: readonly Item[],
    batchSize: number,
    seed: number,
    shares: Readonly<Record<string, number>> = {},
    mixed = false,
  ) {
    const sources = [...new Set(items.map(({ source }) => source))].sort();
    this.#sets = sources.map((source) => items.filter((item) => item.source === source));
    const raw = sources.map((source, i) => shares[source] ?? Math.sqrt(this.#sets[i].length));
    const total = raw.reduce((sum, share) => sum + share, 0);
    if (items.length === 0) throw new InvalidInputError('items', 'at least one', 'none');
    if (!raw.every((share) => share >= 0) || !(total > 0 && total < Number.POSITIVE_INFINITY))
      throw new InvalidInputError('shares', 'numbers of 0 or more, one above 0', raw);
    this.#shares = raw.map((share) => share / total);
    this.#counts = this.#sets.map(() => 0);
    this.#batchSize = batchSize;
    this.#run = mixed ? 1 : batchSize;
    this.#seed = seed;
  }

  /** The items of a batch; a pure function of the index. */
  items(index: number): Item[] {
    return Array.from({ length: this.#batchSize }, (_, i) => {
      const at = index * this.#batchSize + i;
      const { set, earlier } = this.#draw(Math.floor(at / this.#run));
      const items = this.#sets[set];
      const position = earlier * this.#run + (at % this.#run);
      return this.#order(set, Math.floor(position / items.length))[position % items.length];
    });
  }

  /** Draws the sets of all runs up to `index` once. */
  #draw(index: number): { readonly set: number; readonly earlier: number } {
    for (let i = this.#drawn.length; i <= index; i++) {
      const set = this.#setOf(i);
      this.#drawn.push({ set, earlier: this.#counts[set]++ });
    }
    return this.#drawn[index];
  }

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
