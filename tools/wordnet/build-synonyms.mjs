// Makes packages/eval/src/text/meteor/synonym-table.ts and the licence beside it from WordNet 3.0; see README.md.
//   node tools/wordnet/build-synonyms.mjs FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { encodeTable } from './encode-table.mjs';
import { parseExceptions, parseSynsets, partsOfSpeech } from './parse-wordnet.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: build-synonyms.mjs FOLDER (see README.md)');

/** @param {string[]} path */
const read = (...path) => readFileSync(join(folder, ...path), 'utf8');
const target = new URL('../../packages/eval/src/text/meteor/', import.meta.url);

const synsets = parseSynsets(
  read('dict', 'index.sense'),
  partsOfSpeech.map((part) => read('dict', `data.${part}`)),
);
const exceptions = partsOfSpeech.map((part) => parseExceptions(read('data', `${part}.exc`)));
const packed = deflateSync(encodeTable(synsets, exceptions), { level: 9, memLevel: 9 });

const licence = `${read('LICENSE')
  .split('\n')
  .map((line) => line.trimEnd())
  .join('\n')
  .trim()}\n`;
const comment = licence
  .replaceAll(/^/gm, ' * ')
  .replaceAll(/ +$/gm, '')
  .replace(/\n \*$/, '');
const module = `/*
 * Made from WordNet 3.0 by tools/wordnet/build-synonyms.mjs; do not edit.
 *
${comment}
 */

/** Words, synonym sets and irregular forms: what \`encode-table.mjs\` packs, deflated (zlib), in base 64. */
export const synonymTable: string =
  '${packed.toString('base64')}';
`;
writeFileSync(new URL('synonym-table.ts', target), module);
writeFileSync(new URL('WORDNET-LICENSE.txt', target), licence);
console.log(`${synsets.length} synsets with single words, ${module.length} bytes`);
