import { InvalidInputError } from '@cxrkit/core';

/** Two phrases that may stand for each other, words parted by spaces, as METEOR's normaliser leaves them. */
export interface Paraphrase {
  readonly reference: string;
  readonly paraphrase: string;
}

/** Phrases of a table found in texts. */
export interface ParaphraseIndex {
  /** @returns The table's number of each word, -1 for a word it does not have. */
  idsOf(words: readonly string[]): Int32Array;
  /**
   * Calls back for each entry whose `reference` begins at a position, shortest phrase first.
   *
   * @param visit - Gets the words the phrase covers and its paraphrase.
   */
  visitAt(ids: Int32Array, start: number, visit: PhraseVisitor): void;
}

/** Told of a phrase: how many words it covers, and what it may be replaced by. */
type PhraseVisitor = (length: number, paraphrase: Int32Array) => void;

/**
 * Reads METEOR's text format of paraphrases (`paraphrase-en`, unpacked): three lines an entry, a probability, which
 * METEOR does not use, a phrase, its paraphrase.
 *
 * @throws {@link InvalidInputError} if lines are missing or a phrase is empty.
 */
export function parseParaphrases(text: string): Paraphrase[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/(\r?\n)+$/, '')
    .split(/\r?\n/);
  if (lines.length === 1 && lines[0] === '') return [];
  if (lines.length % 3 !== 0)
    throw new InvalidInputError('paraphrases', 'three lines an entry', `${lines.length} lines`);
  return Array.from({ length: lines.length / 3 }, (_, i) => ({
    reference: lines[3 * i + 1],
    paraphrase: lines[3 * i + 2],
  }));
}

interface Node {
  readonly next: Map<number, Node>;
  readonly paraphrases: Int32Array[];
}

/** @throws {@link InvalidInputError} for an entry without words on either side. */
export function indexParaphrases(entries: readonly Paraphrase[]): ParaphraseIndex {
  const vocabulary = new Map<string, number>();
  const root = createNode();
  for (const [index, { reference, paraphrase }] of entries.entries()) {
    const name = `paraphrases[${index}]`;
    const words = split(reference, `${name}.reference`);
    const others = split(paraphrase, `${name}.paraphrase`);
    const node = words.reduce((from, word) => step(from, intern(word, vocabulary)), root);
    node.paraphrases.push(Int32Array.from(others, (word) => intern(word, vocabulary)));
  }
  return {
    idsOf: (words) => Int32Array.from(words, (word) => vocabulary.get(word) ?? -1),
    visitAt(ids, start, visit) {
      let node = root.next.get(ids[start]);
      for (let length = 1; node !== undefined; length++) {
        for (const paraphrase of node.paraphrases) visit(length, paraphrase);
        node = start + length < ids.length ? node.next.get(ids[start + length]) : undefined;
      }
    },
  };
}

function createNode(): Node {
  return { next: new Map(), paraphrases: [] };
}

function step(from: Node, word: number): Node {
  const node = from.next.get(word) ?? createNode();
  from.next.set(word, node);
  return node;
}

function intern(word: string, vocabulary: Map<string, number>): number {
  const id = vocabulary.get(word) ?? vocabulary.size;
  vocabulary.set(word, id);
  return id;
}

function split(phrase: string, name: string): string[] {
  const words = phrase.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new InvalidInputError(name, 'at least one word', phrase);
  return words;
}
