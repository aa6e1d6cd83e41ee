// Reads the database files of WordNet (format: wndb(5WN), senseidx(5WN)) down to its single words.

/** Parts of speech in the order of the table's bits; adjective satellites are adjectives. */
export const partsOfSpeech = /** @type {const} */ (['noun', 'verb', 'adj', 'adv']);

/** Index in {@link partsOfSpeech} by the `ss_type` digit of a sense key. */
const partBySenseType = new Map([
  ['1', 0],
  ['2', 1],
  ['3', 2],
  ['4', 3],
  ['5', 2],
]);

/**
 * @typedef {object} Synset
 * @property {number} part - Index in {@link partsOfSpeech}.
 * @property {number} offset - Byte offset in the part's data file; alone it is not unique.
 * @property {Map<string, boolean>} words - Its single words in lower case; true where WordNet writes one so.
 *
 * @typedef {object} Exception
 * @property {string} form
 * @property {string[]} bases
 */

/**
 * @param {string} senseIndex - Text of `index.sense`.
 * @param {readonly string[]} data - Texts of `data.noun`, `data.verb`, `data.adj`, `data.adv`.
 * @returns {Synset[]} Those with at least one word without an underscore.
 */
export function parseSynsets(senseIndex, data) {
  const names = data.map(parseNames);
  /** @type {Map<string, Synset>} */
  const synsets = new Map();
  for (const line of lines(senseIndex)) {
    const [key, digits] = line.split(' ');
    const [word, sense] = key.split('%');
    if (word.includes('_')) continue;
    const part = partBySenseType.get(sense[0]);
    if (part === undefined) throw new Error(`index.sense: expected a type of 1 to 5 in "${key}"`);
    const id = `${part} ${digits}`;
    const synset = synsets.get(id) ?? { part, offset: Number(digits), words: new Map() };
    synset.words.set(word, names[part].get(digits)?.has(word) === true);
    synsets.set(id, synset);
  }
  return [...synsets.values()];
}

/**
 * @param {string} text - Of an `*.exc` file: a form and its base forms a line.
 * @returns {Exception[]} Single words only; a form may be left without a base.
 */
export function parseExceptions(text) {
  return lines(text)
    .map((line) => line.split(' '))
    .filter(([form]) => !form.includes('_'))
    .map(([form, ...bases]) => ({ form, bases: bases.filter((base) => !base.includes('_')) }));
}

/**
 * @param {string} data
 * @returns {Map<string, Set<string>>} Words as written, by the digits of the offset.
 */
function parseNames(data) {
  const names = new Map();
  for (const line of lines(data)) {
    if (line.startsWith(' ')) continue; // the licence at the top
    const fields = line.split(' ', 4 + 2 * 255);
    const count = Number.parseInt(fields[3], 16);
    const words = Array.from({ length: count }, (_, i) => fields[4 + 2 * i]);
    names.set(fields[0], new Set(words.map((word) => word.replace(/\((a|p|ip)\)$/, ''))));
  }
  return names;
}

/** @param {string} text */
function lines(text) {
  return text.split('\n').filter((line) => line !== '');
}
