import { CHANGES, DEGREES, PLACES, words } from './qualifiers.js';
import { type SentenceSimilarity, symmetricMatrix } from './sentence-similarity.js';

/** Words that carry no finding; left out before counting. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  words(
    'a an the there is are was were be been being has have had it its this that these of and or',
    'seen noted identified visualized demonstrated present evidence appear appears remain remains',
    'on radiograph radiographs film image study shows show demonstrates reveals',
  ),
);

/** Words that turn a statement into another one: sentences must agree in them and in what they stand before. */
const GUARDED_WORDS: ReadonlySet<string> = new Set([
  ...words('no not without never neither nor none absent negative free cannot'),
  ...[...PLACES, ...DEGREES, ...CHANGES],
  ...words(
    'normal normally abnormal clear enlarged possible possibly probable probably likely unlikely may',
  ),
]);

interface Profile {
  /** Counts of content words and of pairs of neighbours. */
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
  /** Each guarded word or number with the content word after it, in order. */
  readonly guards: string;
}

/**
 * A similarity that needs no model: F1 of the clipped overlap of content words and pairs of neighbouring content words.
 *
 * Case, punctuation and function words ("there is", "the", "evidence of") do not count. Sentences that differ in a
 * guarded word, in a number or in the word that follows one get 0 and so are never duplicates: negation (no, not,
 * without), side (left, right), level, degree, change, normality and likelihood. Synonyms are not known
 * ("normal", "unremarkable"), so it removes fewer sentences than BERTScore, on the safe side.
 */
export const lexicalSimilarity: SentenceSimilarity = {
  name: 'lexical',
  async matrix(sentences, { signal } = {}) {
    signal?.throwIfAborted();
    const profiles = sentences.map(createProfile);
    return symmetricMatrix(sentences.length, (i, j) =>
      sentences[i] === sentences[j] ? 1 : overlap(profiles[i], profiles[j]),
    );
  },
};

function overlap(a: Profile, b: Profile): number {
  if (a.guards !== b.guards || a.total === 0 || b.total === 0) return 0;
  let shared = 0;
  for (const [gram, count] of a.counts) shared += Math.min(count, b.counts.get(gram) ?? 0);
  return (2 * shared) / (a.total + b.total); // harmonic mean of shared / a.total and shared / b.total
}

function createProfile(sentence: string): Profile {
  const content = contentWords(sentence);
  const pairs = content.slice(1).map((word, index) => `${content[index]} ${word}`);
  const counts = new Map<string, number>();
  for (const gram of [...content, ...pairs]) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const guards = content.flatMap((word, index) =>
    isGuarded(word) ? [word, content[index + 1] ?? ''] : [],
  );
  return { counts, total: content.length + pairs.length, guards: guards.join(' ') };
}

function contentWords(sentence: string): string[] {
  const all = sentence
    .toLowerCase()
    .replace(/n['’]t\b/gu, ' not')
    .match(/\d+(?:\.\d+)?|[\p{L}\d]+/gu);
  return (all ?? []).filter((word) => !FUNCTION_WORDS.has(word));
}

function isGuarded(word: string): boolean {
  return GUARDED_WORDS.has(word) || /\d/u.test(word);
}
