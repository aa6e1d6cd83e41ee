import type { SynonymTable } from './read-synonym-table.js';

type Rule = readonly [ending: string, replacement: string];

const NOUN_RULES: readonly Rule[] = [
  ['s', ''],
  ['ses', 's'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['men', 'man'],
  ['ies', 'y'],
];
const VERB_RULES: readonly Rule[] = [
  ['s', ''],
  ['ies', 'y'],
  ['es', 'e'],
  ['es', ''],
  ['ed', 'e'],
  ['ed', ''],
  ['ing', 'e'],
  ['ing', ''],
];
const ADJECTIVE_RULES: readonly Rule[] = [
  ['er', ''],
  ['est', ''],
  ['er', 'e'],
  ['est', 'e'],
];
/** In the order in which METEOR tries them. */
const ALL_RULES: readonly Rule[] = [...NOUN_RULES, ...VERB_RULES, ...ADJECTIVE_RULES];
/** NLTK adds a rule to WordNet's. */
const NLTK_RULES: readonly (readonly Rule[])[] = [
  [...NOUN_RULES, ['ves', 'f']],
  VERB_RULES,
  ADJECTIVE_RULES,
  [],
];

/**
 * Finds base forms as METEOR 1.5 does: those of the lists of exceptions, all parts of speech together; else the first
 * word the rules of WordNet lead to, whatever its part of speech.
 *
 * @see Princeton WordNet 3.0, morphy(7WN).
 */
export function meteorBaseForms(word: string, table: SynonymTable): readonly string[] {
  const bases = table.exceptions.flatMap((forms) => forms.get(word) ?? []);
  if (table.exceptions.some((forms) => forms.has(word))) return bases;
  if (word.endsWith('ss') || word.length <= 2) return [word];
  for (const rule of ALL_RULES) {
    if (!word.endsWith(rule[0])) continue;
    const base = replaceEnding(word, rule);
    if (table.indexOf.has(base)) return [base];
  }
  return [];
}

/**
 * Finds base forms of one part of speech as NLTK 3.8's `morphy` does: the word itself included where WordNet has it,
 * rules applied again as long as nothing is found.
 *
 * @returns Indices of words, none twice.
 */
export function nltkBaseForms(word: string, part: number, table: SynonymTable): readonly number[] {
  const known = (forms: readonly string[]) => knownWords(forms, part, table);
  const irregular = table.exceptions[part].get(word);
  if (irregular !== undefined) return known([word, ...irregular]);
  let forms = applyRules([word], part);
  let found = known([word, ...forms]);
  while (found.length === 0 && forms.length > 0) {
    forms = applyRules(forms, part);
    found = known(forms);
  }
  return found;
}

function applyRules(forms: readonly string[], part: number): readonly string[] {
  return forms.flatMap((form) =>
    NLTK_RULES[part]
      .filter(([ending]) => form.endsWith(ending))
      .map((rule) => replaceEnding(form, rule)),
  );
}

function knownWords(forms: readonly string[], part: number, table: SynonymTable): number[] {
  const known = new Set<number>();
  for (const form of forms) {
    const index = table.indexOf.get(form);
    if (index !== undefined && (table.kinds[index] >> part) & 1) known.add(index);
  }
  return [...known];
}

function replaceEnding(word: string, [ending, replacement]: Rule): string {
  return word.slice(0, word.length - ending.length) + replacement;
}
