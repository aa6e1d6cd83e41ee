import type { Lexicon } from './lexicon.js';
import type { ParaphraseIndex } from './paraphrases.js';

/** A way of matching, METEOR's name for it. */
export type MeteorModule = 'exact' | 'stem' | 'synonym' | 'paraphrase';

/** A text in the forms the matchers look at. */
export interface MeteorText {
  readonly words: readonly string[];
  /** Ids of the lexicon. */
  readonly ids: Int32Array;
}

/** Words of the test text, `[start1, start1 + length1)`, that may stand for `[start2, start2 + length2)` of the reference. */
export interface Match {
  /** Index of the module that found it. */
  readonly module: number;
  readonly start1: number;
  readonly length1: number;
  readonly start2: number;
  readonly length2: number;
}

/** All matches of two texts. */
export interface CandidateMatches {
  /** By first word in the reference, in the order in which modules find them. */
  readonly byStart: readonly (readonly Match[])[];
  /** How many matches cover each word of the test text. */
  readonly coverage1: Int32Array;
  /** How many matches cover each word of the reference. */
  readonly coverage2: Int32Array;
}

/** Finds matches of one kind and hands them to `add`, by reference word, then by test word. */
type Matcher = (test: MeteorText, reference: MeteorText, add: AddMatch) => void;
type AddMatch = (start1: number, length1: number, start2: number, length2: number) => void;

/**
 * Makes the search for matches with given modules.
 *
 * Texts of equal words use the first module only, so that each word is matched with its like.
 */
export function createMatchFinder(
  modules: readonly MeteorModule[],
  lexicon: Lexicon,
  paraphrases: ParaphraseIndex | undefined,
): (test: MeteorText, reference: MeteorText) => CandidateMatches {
  const matchers = modules.map((module) => createMatcher(module, lexicon, paraphrases));
  return (test, reference) => {
    const byStart: Match[][] = Array.from(reference.words, () => []);
    const coverage1 = new Int32Array(test.words.length);
    const coverage2 = new Int32Array(reference.words.length);
    const used = isSame(test.ids, reference.ids, lexicon.keys) ? 1 : matchers.length;
    for (let module = 0; module < used; module++)
      matchers[module](test, reference, (start1, length1, start2, length2) => {
        byStart[start2].push({ module, start1, length1, start2, length2 });
        for (let k = 0; k < length1; k++) coverage1[start1 + k]++;
        for (let k = 0; k < length2; k++) coverage2[start2 + k]++;
      });
    return { byStart, coverage1, coverage2 };
  };
}

function createMatcher(
  module: MeteorModule,
  lexicon: Lexicon,
  paraphrases: ParaphraseIndex | undefined,
): Matcher {
  const { keys, stemKeys, synonymSets } = lexicon;
  switch (module) {
    case 'exact':
      return matchWords((a, b) => keys[a] === keys[b]);
    case 'stem':
      return matchWords((a, b) => stemKeys[a] === stemKeys[b] && keys[a] !== keys[b]);
    case 'synonym':
      return matchWords((a, b) => keys[a] !== keys[b] && intersect(synonymSets[a], synonymSets[b]));
    case 'paraphrase':
      return (test, reference, add) => {
        if (paraphrases !== undefined) matchPhrases(paraphrases, test, reference, add);
      };
  }
}

function matchWords(isMatch: (test: number, reference: number) => boolean): Matcher {
  return ({ ids: ids1 }, { ids: ids2 }, add) => {
    for (let j = 0; j < ids2.length; j++)
      for (let i = 0; i < ids1.length; i++) if (isMatch(ids1[i], ids2[j])) add(i, 1, j, 1);
  };
}

/** Phrases of the reference in the test text first, then phrases of the test text in the reference. */
function matchPhrases(
  paraphrases: ParaphraseIndex,
  test: MeteorText,
  reference: MeteorText,
  add: AddMatch,
): void {
  const ids1 = paraphrases.idsOf(test.words);
  const ids2 = paraphrases.idsOf(reference.words);
  for (let j = 0; j < ids2.length; j++)
    paraphrases.visitAt(ids2, j, (length, other) => {
      for (let i = 0; i < ids1.length; i++)
        if (isAt(other, ids1, i)) add(i, other.length, j, length);
    });
  for (let i = 0; i < ids1.length; i++)
    paraphrases.visitAt(ids1, i, (length, other) => {
      for (let j = 0; j < ids2.length; j++)
        if (isAt(other, ids2, j)) add(i, length, j, other.length);
    });
}

function isAt(phrase: Int32Array, text: Int32Array, start: number): boolean {
  if (start + phrase.length > text.length) return false;
  return phrase.every((word, k) => word === text[start + k]);
}

function isSame(a: Int32Array, b: Int32Array, keys: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => keys[id] === keys[b[i]]);
}

/** Tells whether two ascending lists have a number in common. */
function intersect(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) return true;
    if (a[i] < b[j]) i++;
    else j++;
  }
  return false;
}
