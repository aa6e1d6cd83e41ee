import { meteorBaseForms, nltkBaseForms } from './base-forms.js';
import { PARTS_OF_SPEECH, readSynonymTable, type SynonymTable } from './read-synonym-table.js';

/** Which words mean the same; {@link loadSynonyms} gives WordNet's. */
export interface Synonyms {
  /** Named in signatures, such as `wordnet3.0`. */
  readonly name: string;
  /**
   * @param word - In lower case.
   * @returns Ids of the synonym sets of the word and of its base forms, ascending; two different words are synonyms
   *   for METEOR 1.5 if they share one.
   */
  setsOf(word: string): Int32Array;
  /**
   * @param word - In lower case.
   * @returns Single words in lower case that stand in any synonym set of the word's base forms; what NLTK compares.
   */
  namesOf(word: string): readonly string[];
}

/**
 * Loads the synonyms of WordNet 3.0: 83,118 words, 444 KiB that are read by the first call and by nobody else.
 * Takes about a tenth of a second; keep the result.
 *
 * WordNet 3.0 Copyright 2006 by Princeton University; licence in `WORDNET-LICENSE.txt`.
 */
export async function loadSynonyms(): Promise<Synonyms> {
  const { synonymTable } = await import('./synonym-table.js');
  const packed = Uint8Array.from(atob(synonymTable), (character) => character.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  return createSynonyms('wordnet3.0', readSynonymTable(bytes));
}

/** Looks words up in a table. */
export function createSynonyms(name: string, table: SynonymTable): Synonyms {
  const setsByWord = indexSets(table);
  const setsOfForms = (indices: Iterable<number>) => {
    const sets = new Set<number>();
    for (const index of indices) {
      // A word that shares no set still has one, which its own inflections are in.
      sets.add(table.setKinds.length + index);
      for (const set of setsByWord(index)) sets.add(set);
    }
    return Int32Array.from(sets).sort();
  };
  return {
    name,
    setsOf(word) {
      const forms = [word, ...meteorBaseForms(word, table)];
      return setsOfForms(forms.flatMap((form) => table.indexOf.get(form) ?? []));
    },
    namesOf(word) {
      const names = new Set<string>();
      for (let part = 0; part < PARTS_OF_SPEECH.length; part++)
        for (const index of nltkBaseForms(word, part, table)) {
          if ((table.kinds[index] >> (4 + part)) & 1) names.add(table.words[index]);
          for (const set of setsByWord(index))
            if (table.setKinds[set] === part) addLowerMembers(set, table, names);
        }
      return [...names];
    },
  };
}

function addLowerMembers(set: number, table: SynonymTable, names: Set<string>): void {
  for (let i = table.setStarts[set]; i < table.setStarts[set + 1]; i++)
    if (table.isLower[i] === 1) names.add(table.words[table.members[i]]);
}

/** @returns A look-up of the sets a word is a member of. */
function indexSets({
  words,
  setKinds,
  setStarts,
  members,
}: SynonymTable): (word: number) => Int32Array {
  const starts = new Int32Array(words.length + 1);
  for (const word of members) starts[word + 1]++;
  for (let word = 0; word < words.length; word++) starts[word + 1] += starts[word];
  const sets = new Int32Array(members.length);
  const next = starts.slice();
  for (let set = 0; set < setKinds.length; set++)
    for (let i = setStarts[set]; i < setStarts[set + 1]; i++) sets[next[members[i]]++] = set;
  return (word) => sets.subarray(starts[word], starts[word + 1]);
}
