/** Slots and n-grams a fresh index has room for. */
const SLOTS = 1024;

/** @returns How many n-grams of an order a text of so many words has. */
export function ngramCount(words: number, order: number): number {
  return Math.max(0, words - order + 1);
}

/**
 * Numbers words and n-grams: equal ones get equal numbers, counted from 0 as they are met. An n-gram is kept as the
 * n-gram without its last word and that word (a trie in an open-addressing table), so no strings are joined.
 */
export class NgramIndex {
  /** Number of n-grams, of all orders together. */
  size = 0;
  /** `[size]` the n-gram without its last word; -1 for single words. Always smaller than the n-gram itself. */
  parents: Int32Array = new Int32Array(SLOTS / 2);
  /** `[size]` the last word. */
  lasts: Int32Array = new Int32Array(SLOTS / 2);
  /** Words in the order of their numbers. */
  words: string[] = [];
  readonly #wordNumbers = new Map<string, number>();
  /** Slots of 4: parent, last word, n-gram + 1 (0 = free), nothing; side by side, so a look-up is one cache miss. */
  #table = new Int32Array(4 * SLOTS);

  /** Forgets everything. */
  clear(): void {
    this.size = 0;
    this.words = [];
    this.#wordNumbers.clear();
    if (this.#table.length === 4 * SLOTS) this.#table.fill(0);
    else this.#resize(SLOTS);
  }

  /** @returns The number of a word, a new one if it was not met. */
  word(word: string): number {
    let number = this.#wordNumbers.get(word);
    if (number === undefined) {
      number = this.words.length;
      this.words.push(word);
      this.#wordNumbers.set(word, number);
    }
    return number;
  }

  /** @returns The number of a word, or -1. */
  findWord(word: string): number {
    return this.#wordNumbers.get(word) ?? -1;
  }

  /** @returns The number of the n-gram `parent` + `last`, a new one if it was not met. */
  add(parent: number, last: number): number {
    const at = this.#slot(parent, last);
    const found = this.#table[at + 2];
    if (found !== 0) return found - 1;
    const number = this.size++;
    this.#fill(at, parent, last, number);
    this.parents[number] = parent;
    this.lasts[number] = last;
    if (this.size * 8 >= this.#table.length) this.#resize(this.#table.length / 2);
    return number;
  }

  /** @returns The number of the n-gram `parent` + `last`, or -1. */
  find(parent: number, last: number): number {
    return this.#table[this.#slot(parent, last) + 2] - 1;
  }

  /**
   * Numbers all n-grams of a text.
   *
   * @returns All words, then all pairs and so on; of each order as many as {@link ngramCount} says.
   */
  ngrams(words: readonly string[], maxOrder: number): Int32Array {
    const { length } = words;
    let total = 0;
    for (let order = 1; order <= maxOrder; order++) total += ngramCount(length, order);
    const result = new Int32Array(total);
    const last = new Int32Array(length);
    for (let i = 0; i < length; i++) last[i] = this.word(words[i]);
    for (let i = 0; i < length && maxOrder > 0; i++) result[i] = this.add(-1, last[i]);
    let shorter = 0;
    for (let order = 2; order <= maxOrder; order++) {
      const from = shorter + ngramCount(length, order - 1);
      for (let i = 0; i < ngramCount(length, order); i++)
        result[from + i] = this.add(result[shorter + i], last[i + order - 1]);
      shorter = from;
    }
    return result;
  }

  /** @returns Where in the table the n-gram is or may be put. */
  #slot(parent: number, last: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let hash = Math.imul(parent + 2, 0x9e3779b1) ^ Math.imul(last + 1, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let at = ((hash ^ (hash >>> 13)) << 2) & mask;
    while (table[at + 2] !== 0 && (table[at] !== parent || table[at + 1] !== last))
      at = (at + 4) & mask;
    return at;
  }

  #fill(at: number, parent: number, last: number, number: number): void {
    this.#table[at] = parent;
    this.#table[at + 1] = last;
    this.#table[at + 2] = number + 1;
  }

  #resize(slots: number): void {
    const { size, parents, lasts } = this;
    this.#table = new Int32Array(4 * slots);
    this.parents = new Int32Array(slots / 2);
    this.lasts = new Int32Array(slots / 2);
    this.parents.set(parents.subarray(0, size));
    this.lasts.set(lasts.subarray(0, size));
    for (let i = 0; i < size; i++)
      this.#fill(this.#slot(parents[i], lasts[i]), parents[i], lasts[i], i);
  }
}
