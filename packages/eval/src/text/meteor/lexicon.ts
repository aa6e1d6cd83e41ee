import stemmers from 'snowball-stemmers';
import { isFunctionWord } from './function-words.js';
import type { Synonyms } from './synonyms.js';

/** What METEOR asks of words, found once a word. */
export interface Lexicon {
  /** @returns A number for each word, the same for the same word. */
  idsOf(words: readonly string[]): Int32Array;
  /** By id: equal for equal words. */
  readonly keys: readonly number[];
  /** By id: equal for words of one stem. */
  readonly stemKeys: readonly number[];
  /** By id: ids of synonym sets, ascending; none without synonyms. */
  readonly synonymSets: readonly Int32Array[];
  /** By id. */
  readonly isFunction: readonly boolean[];
}

/** Starts without words and grows with the texts it sees. Stems are Snowball's for English, "Porter 2". */
export function createLexicon(synonyms: Synonyms | undefined): Lexicon {
  const stemmer = stemmers.newStemmer('english');
  const ids = new Map<string, number>();
  const keys: number[] = [];
  const stemKeys: number[] = [];
  const synonymSets: Int32Array[] = [];
  const isFunction: boolean[] = [];
  const none = new Int32Array(0);
  const add = (word: string): number => {
    const id = ids.size;
    ids.set(word, id);
    keys.push(hashOf(word));
    stemKeys.push(hashOf(stemmer.stem(word)));
    synonymSets.push(synonyms?.setsOf(word) ?? none);
    isFunction.push(isFunctionWord(word));
    return id;
  };
  return {
    idsOf: (words) => Int32Array.from(words, (word) => ids.get(word) ?? add(word)),
    keys,
    stemKeys,
    synonymSets,
    isFunction,
  };
}

/**
 * METEOR compares words by Java's `String.hashCode`; two words it takes for one (`at` and `c6`, a vertebra) are one
 * here, too.
 */
function hashOf(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = (Math.imul(31, hash) + word.charCodeAt(i)) | 0;
  return hash;
}
