import { InvalidInputError } from '@cxrkit/core';
import { NgramIndex } from '../ngram-index.js';
import type { TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import { splitWords } from '../words.js';

/** Longest n-gram CIDEr looks at. */
export const CIDER_ORDER = 4;

/** Document frequencies as plain data, to store them or to bring those of another corpus. */
export interface DocumentFrequencyTable {
  /** Number of documents (not its logarithm). */
  readonly n: number;
  /** Documents that hold an n-gram of 1 to 4 words, by the words joined by single spaces. */
  readonly df: Readonly<Record<string, number>> | ReadonlyMap<string, number>;
}

/** In how many documents each n-gram stands. One item's references together are one document. */
export class DocumentFrequencies {
  /** How the texts were prepared, such as `ptb,full`; or the name of a table from outside. */
  readonly source: string;
  /** Whether it came from outside, so that how its texts were prepared is not known. */
  readonly isExternal: boolean;
  #documents = 0;
  readonly #index = new NgramIndex();
  readonly #counts: number[] = [];
  /** Last document that counted an n-gram. */
  readonly #seen: number[] = [];

  /** @param source - See {@link DocumentFrequencies.source}. */
  constructor(source: string, isExternal = false) {
    this.source = source;
    this.isExternal = isExternal;
  }

  /** Number of documents. */
  get documents(): number {
    return this.#documents;
  }

  /** Adds one document, of texts split into words. */
  add(texts: readonly (readonly string[])[]): void {
    this.#documents++;
    for (const words of texts) {
      const ngrams = this.#index.ngrams(words, CIDER_ORDER);
      this.#grow();
      for (const ngram of ngrams) {
        if (this.#seen[ngram] === this.#documents) continue;
        this.#seen[ngram] = this.#documents;
        this.#counts[ngram]++;
      }
    }
  }

  /**
   * Adds the documents of another part of the corpus.
   *
   * @throws {@link InvalidInputError} if its texts were prepared otherwise.
   */
  merge(other: DocumentFrequencies): this {
    if (other.source !== this.source)
      throw new InvalidInputError('other', `frequencies of ${this.source}`, other.source);
    const { parents, lasts, words, size } = other.#index;
    const own = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      const parent = parents[i] === -1 ? -1 : own[parents[i]];
      own[i] = this.#index.add(parent, this.#index.word(words[lasts[i]]));
      this.#grow();
      this.#counts[own[i]] += other.#counts[i];
    }
    this.#documents += other.documents;
    return this;
  }

  /**
   * Looks up all n-grams of an index.
   *
   * @returns `[size]` document frequencies, 0 for n-grams that are not known.
   */
  lookUp({ parents, lasts, words, size }: NgramIndex): Float64Array {
    const ownWords = words.map((word) => this.#index.findWord(word));
    const own = new Int32Array(size);
    const frequencies = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const parent = parents[i] === -1 ? -1 : own[parents[i]];
      const last = ownWords[lasts[i]];
      // an n-gram whose beginning is not known is not known (-2 is no n-gram's parent)
      own[i] = parent === -2 || last === -1 ? -2 : this.#known(parent, last);
      if (own[i] >= 0) frequencies[i] = this.#counts[own[i]];
    }
    return frequencies;
  }

  /** @returns Plain data, all n-grams by their words. */
  toTable(): DocumentFrequencyTable {
    const { parents, lasts, words, size } = this.#index;
    const names: string[] = [];
    const df = new Map<string, number>();
    for (let i = 0; i < size; i++) {
      const word = words[lasts[i]];
      names.push(parents[i] === -1 ? word : `${names[parents[i]]} ${word}`);
      if (this.#counts[i] > 0) df.set(names[i], this.#counts[i]);
    }
    return { n: this.documents, df };
  }

  /**
   * Takes frequencies from outside.
   *
   * @param source - What a signature says of it.
   * @throws {@link InvalidInputError} for a count that is no number of documents or an n-gram of no or more than 4 words.
   */
  static fromTable(table: DocumentFrequencyTable, source = 'external'): DocumentFrequencies {
    const frequencies = new DocumentFrequencies(source, true);
    if (!(Number.isFinite(table.n) && table.n >= 1))
      throw new InvalidInputError('n', 'a finite number of documents, 1 or more', table.n);
    frequencies.#documents = table.n;
    const entries = table.df instanceof Map ? table.df : Object.entries(table.df);
    for (const [ngram, count] of entries) frequencies.#set(ngram, count);
    return frequencies;
  }

  #known(parent: number, last: number): number {
    const found = this.#index.find(parent, last);
    return found === -1 ? -2 : found;
  }

  #set(ngram: string, count: number): void {
    const words = splitWords(ngram);
    if (words.length < 1 || words.length > CIDER_ORDER)
      throw new InvalidInputError('df', '1 to 4 words', ngram);
    if (!(Number.isFinite(count) && count >= 0))
      throw new InvalidInputError(`df[${JSON.stringify(ngram)}]`, 'a finite count', count);
    let number = -1;
    for (const word of words) number = this.#index.add(number, this.#index.word(word));
    this.#grow();
    this.#counts[number] = count;
  }

  /** Gives n-grams that are new to the index a count. */
  #grow(): void {
    while (this.#counts.length < this.#index.size) {
      this.#counts.push(0);
      this.#seen.push(0);
    }
  }
}

/**
 * Counts in how many items' references each n-gram stands: the first pass of CIDEr. Tables of parts of a corpus can be
 * merged.
 *
 * @param pairs - Read once and not kept, so they may be a stream of any length.
 */
export function documentFrequencies(
  pairs: Iterable<TextPair>,
  options: TextOptions = {},
): DocumentFrequencies {
  const reader = textReader(options);
  const { prep, reftext } = reader.convention;
  const frequencies = new DocumentFrequencies(`${prep},${reftext}`);
  for (const pair of pairs) frequencies.add(reader.read(pair).references.map(splitWords));
  return frequencies;
}
