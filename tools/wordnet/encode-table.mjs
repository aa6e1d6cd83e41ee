// Packs synsets and exceptions into the bytes that packages/eval/src/text/meteor/read-synonym-table.ts unpacks.
import { partsOfSpeech } from './parse-wordnet.mjs';

/** Kind of a group that has no part of speech of its own. */
const mixed = partsOfSpeech.length;

/**
 * @typedef {import('./parse-wordnet.mjs').Synset} Synset
 * @typedef {import('./parse-wordnet.mjs').Exception} Exception
 *
 * @typedef {object} Group
 * @property {number} kind - Part of speech, or {@link mixed}.
 * @property {number[]} members - Indices of words, ascending, two at least.
 * @property {boolean[]} isLower - Of each member: WordNet writes it in lower case.
 */

/**
 * Columns one after the other, so that like stands beside like and deflates well. Numbers are little-endian base 128.
 *
 * 1. length of the text of words, then the text: ascending, each a character 65 + (letters shared with the one before)
 *    and the rest in lower case, digits, `'./-`;
 * 2. a byte a word: bit p, it is a noun, verb, adjective, adverb; bit 4 + p, and WordNet writes it in lower case;
 * 3. a byte a word: number of groups that begin with it; 4. a byte a group: 32 kind + members; 5. a number for each
 *    member but the first: step from the member before; 6. count, then steps between memberships not in lower case;
 * 7. length, text of exceptions: parts of speech parted by `;`, forms by `,`, each coded as in 1, then for each base a
 *    character 65 + (letters to cut from the form) and what to add.
 *
 * @param {Synset[]} synsets
 * @param {readonly Exception[][]} exceptions - By part of speech.
 * @returns {Uint8Array}
 */
export function encodeTable(synsets, exceptions) {
  const words = [...new Set(synsets.flatMap(({ words }) => [...words.keys()]))].sort(byCodeUnits);
  const index = new Map(words.map((word, i) => [word, i]));
  const groups = makeGroups(synsets, index);
  const starts = new Uint8Array(words.length);
  for (const { members } of groups) starts[members[0]]++;
  return Uint8Array.from([
    ...text(frontCode(words).join('')),
    ...wordKinds(synsets, index),
    ...starts,
    ...groups.map(({ kind, members }) => 32 * kind + checked(members.length, 31)),
    ...groups.flatMap(({ members }) => steps(members).slice(1).flatMap(number)),
    ...capitals(groups),
    ...text(exceptions.map(encodeExceptions).join(';')),
  ]);
}

/**
 * Words that share a synset. METEOR compares bare offsets, which two parts of speech may have in common: their words
 * are a group as well. A group that WordNet never writes in lower case serves METEOR only, too.
 *
 * @param {Synset[]} synsets
 * @param {Map<string, number>} index
 * @returns {Group[]} By first member.
 */
function makeGroups(synsets, index) {
  /** @type {Map<number, Synset[]>} */
  const byOffset = new Map();
  for (const synset of synsets)
    byOffset.set(synset.offset, [...(byOffset.get(synset.offset) ?? []), synset]);
  const unions = [...byOffset.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({ part: mixed, words: new Map(same.flatMap(({ words }) => [...words])) }));
  return [...synsets, ...unions]
    .filter(({ words }) => words.size > 1)
    .map(({ part, words }) => {
      const sorted = [...words].sort(([a], [b]) => byCodeUnits(a, b));
      const isLower = sorted.map(([, lower]) => lower);
      const kind = isLower.includes(true) ? part : mixed;
      return { kind, members: sorted.map(([word]) => numberOf(index, word)), isLower };
    })
    .sort((a, b) => a.members[0] - b.members[0] || a.members[1] - b.members[1]);
}

/**
 * @param {Synset[]} synsets
 * @param {Map<string, number>} index
 */
function wordKinds(synsets, index) {
  const kinds = new Uint8Array(index.size);
  for (const { part, words } of synsets)
    for (const [word, lower] of words)
      kinds[numberOf(index, word)] |= (1 << part) | (lower ? 16 << part : 0);
  return kinds;
}

/** @param {Group[]} groups */
function capitals(groups) {
  const flags = groups.filter(({ kind }) => kind !== mixed).flatMap(({ isLower }) => isLower);
  const where = flags.flatMap((lower, i) => (lower ? [] : [i]));
  return [...number(where.length), ...steps(where).flatMap(number)];
}

/** @param {Exception[]} exceptions */
function encodeExceptions(exceptions) {
  const sorted = exceptions.toSorted((a, b) => byCodeUnits(a.form, b.form));
  const forms = frontCode(sorted.map(({ form }) => form));
  return sorted
    .map(({ form, bases }, i) => {
      const cuts = bases.map((base) => {
        const kept = sharedPrefix(form, base);
        return letter(form.length - kept) + base.slice(kept);
      });
      return forms[i] + cuts.join('');
    })
    .join(',');
}

/** @param {string[]} words */
function frontCode(words) {
  return words.map((word, i) => {
    const shared = i === 0 ? 0 : sharedPrefix(words[i - 1], word);
    return letter(shared) + word.slice(shared);
  });
}

/** @param {string} a @param {string} b */
function sharedPrefix(a, b) {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a[shared] === b[shared]) shared++;
  return shared;
}

/** @param {number} value */
function letter(value) {
  return String.fromCharCode(65 + checked(value, 31));
}

/** @param {string} value */
function text(value) {
  if (!/^[A-`a-z0-9'./,;-]*$/.test(value))
    throw new Error("Expected words of a-z 0-9 ' . / - only");
  return [...number(value.length), ...Buffer.from(value, 'ascii')];
}

/** @param {number[]} values - Ascending. */
function steps(values) {
  return values.map((value, i) => (i === 0 ? value : value - values[i - 1]));
}

/** @param {number} value @returns {number[]} */
function number(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >> 7)];
}

/** @param {number} value @param {number} most */
function checked(value, most) {
  if (value > most) throw new Error(`Expected at most ${most}, got ${value}: the format must grow`);
  return value;
}

/** @param {Map<string, number>} index @param {string} word */
function numberOf(index, word) {
  const found = index.get(word);
  if (found === undefined) throw new Error(`"${word}" is not among the words`);
  return found;
}

/** @param {string} a @param {string} b */
function byCodeUnits(a, b) {
  return a < b ? -1 : Number(a > b);
}
