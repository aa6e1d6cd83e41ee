/** A suffix, what takes its place, and when: a test of the word without the suffix. */
type Rule = readonly [suffix: string, replacement: string, applies?: (stem: string) => boolean];

/** Words NLTK does not stem by rule. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['inning', 'inning'],
  ['outings', 'outing'],
  ['outing', 'outing'],
  ['cannings', 'canning'],
  ['canning', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

const SHORT_IES: readonly Rule[] = [['ies', 'ie', (stem) => stem.length === 1]];

const PLURALS: readonly Rule[] = [
  ['sses', 'ss'],
  ['ies', 'i'],
  ['ss', 'ss'],
  ['s', ''],
];

const AFTER_PAST: readonly Rule[] = [
  ['at', 'ate'],
  ['bl', 'ble'],
  ['iz', 'ize'],
];

const STEP_2: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['fulli', 'ful'],
  ['logi', 'log', (stem) => measure(`${stem}l`) > 0],
];

const STEP_3: readonly Rule[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const STEP_4: readonly Rule[] = [
  ...['al', 'ance', 'ence', 'er', 'ic', 'able', 'ible', 'ant', 'ement', 'ment', 'ent'],
  ...['ion', 'ou', 'ism', 'ate', 'iti', 'ous', 'ive', 'ize'],
].map(
  (suffix): Rule => [
    suffix,
    '',
    (stem) => measure(stem) > 1 && (suffix !== 'ion' || /[st]$/.test(stem)),
  ],
);

/**
 * Stems an English word by Porter 1980 with NLTK's changes, which google's ROUGE and NLTK's METEOR rely on: some
 * irregular words, `ies` and `ied` of short words, `y` only after a consonant, `alli`, `fulli`, `logi`.
 *
 * @param word - Lower case.
 * @see nltk.stem.porter, mode NLTK_EXTENSIONS
 */
export function porterStem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  const singular = word.length === 4 ? (apply(SHORT_IES, word) ?? plural(word)) : plural(word);
  const derived = step2(finalY(past(singular)));
  const bare = apply(STEP_3, derived, hasMeasure) ?? derived;
  return finalE(apply(STEP_4, bare) ?? bare);
}

/** The first rule whose suffix fits decides. @returns `undefined` if none fits or that one does not apply. */
function apply(
  rules: readonly Rule[],
  word: string,
  otherwise: (stem: string) => boolean = () => true,
): string | undefined {
  for (const [suffix, replacement, applies = otherwise] of rules) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, word.length - suffix.length);
    return applies(stem) ? stem + replacement : undefined;
  }
  return undefined;
}

function plural(word: string): string {
  return apply(PLURALS, word) ?? word;
}

function past(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = ['ed', 'ing'].find(
    (ending) => word.endsWith(ending) && hasVowel(word.slice(0, -ending.length)),
  );
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  const whole = apply(AFTER_PAST, stem);
  if (whole !== undefined) return whole;
  if (endsDoubled(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function finalY(word: string): string {
  const stem = word.slice(0, -1);
  return word.endsWith('y') && stem.length > 1 && isConsonant(stem, stem.length - 1)
    ? `${stem}i`
    : word;
}

function step2(word: string): string {
  if (word.endsWith('alli') && hasMeasure(word.slice(0, -4))) return step2(word.slice(0, -2));
  return apply(STEP_2, word, hasMeasure) ?? word;
}

function finalE(word: string): string {
  const stem = word.slice(0, -1);
  const drops = measure(stem) > 1 || (measure(stem) === 1 && !endsShort(stem));
  const result = word.endsWith('e') && drops ? stem : word;
  return result.endsWith('ll') && measure(result.slice(0, -1)) > 1 ? result.slice(0, -1) : result;
}

function isConsonant(word: string, at: number): boolean {
  if ('aeiou'.includes(word[at])) return false;
  return word[at] !== 'y' || at === 0 || !isConsonant(word, at - 1);
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  let count = 0;
  for (let i = 1; i < stem.length; i++)
    if (isConsonant(stem, i) && !isConsonant(stem, i - 1)) count++;
  return count;
}

function hasMeasure(stem: string): boolean {
  return measure(stem) > 0;
}

function hasVowel(stem: string): boolean {
  return Array.from(stem).some((_, i) => !isConsonant(stem, i));
}

function endsDoubled(word: string): boolean {
  const last = word.length - 1;
  return last >= 1 && word[last] === word[last - 1] && isConsonant(word, last);
}

/** Ends in consonant, vowel, consonant other than w, x, y; or is a vowel and a consonant. */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  if (last === 1) return !isConsonant(word, 0) && isConsonant(word, 1);
  return (
    last >= 2 &&
    isConsonant(word, last - 2) &&
    !isConsonant(word, last - 1) &&
    isConsonant(word, last) &&
    !/[wxy]$/.test(word)
  );
}
