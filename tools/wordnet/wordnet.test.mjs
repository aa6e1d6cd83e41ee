import { describe, expect, it } from 'vitest';
import { encodeTable } from './encode-table.mjs';
import { parseExceptions, parseSynsets } from './parse-wordnet.mjs';

const licence = '  1 This software and database is being provided\n';
const noun = `${licence}00000100 04 n 02 Lung 0 pulmonary_organ 0 000 | a gloss\n00000200 04 n 02 mass 0 lump 1 000 | b\n`;
const verb = `${licence}00000100 30 v 01 swell 0 000 01 + 02 00 | c\n`;
const adjective = `${licence}00000300 00 a 02 large(a) 0 big 0 000 | d\n`;
const senses = [
  'big%3:00:01:: 00000300 1 0',
  'large%5:00:01:big:00 00000300 1 0',
  'lump%1:06:00:: 00000200 1 0',
  'lung%1:08:00:: 00000100 1 0',
  'mass%1:06:00:: 00000200 2 0',
  'pulmonary_organ%1:08:00:: 00000100 1 0',
  'swell%2:30:00:: 00000100 1 0',
].join('\n');

const synsets = parseSynsets(`${senses}\n`, [noun, verb, adjective, licence]);

describe('the files of WordNet', () => {
  it('are read down to single words and how they are written', () => {
    expect(synsets).toHaveLength(4);
    expect(synsets.map(({ part, offset, words }) => [part, offset, [...words]])).toContainEqual([
      0,
      100,
      [['lung', false]],
    ]);
    expect(synsets.find(({ part }) => part === 2)?.words).toEqual(
      new Map([
        ['big', true],
        ['large', true],
      ]),
    );
  });

  it('give irregular forms with their bases', () => {
    expect(parseExceptions('men man\nmen_of_war man_of_war\nancones ancon ancone\n')).toEqual([
      { form: 'men', bases: ['man'] },
      { form: 'ancones', bases: ['ancon', 'ancone'] },
    ]);
  });
});

describe('the table', () => {
  it('packs words, shared sets, steps and exceptions', () => {
    const bytes = encodeTable(synsets, [[{ form: 'men', bases: ['man'] }], [], [], []]);
    const text = (/** @type {string} */ value) => [value.length, ...Buffer.from(value)];
    expect([...bytes]).toEqual([
      ...text('AbigAlargeBumpCngAmassAswell'),
      ...[0x44, 0x44, 0x11, 0x01, 0x11, 0x22], // adjective twice, noun, Noun, noun, verb
      ...[1, 0, 1, 1, 0, 0], // sets that begin with big, lump, lung
      ...[32 * 2 + 2, 32 * 0 + 2, 32 * 4 + 2], // big and large, lump and mass, lung and swell: both at 100
      ...[1, 2, 2], // from big to large, lump to mass, lung to swell
      0, // members of the first two sets that are not in lower case
      ...text('AmenCan;;;'),
    ]);
  });
});
