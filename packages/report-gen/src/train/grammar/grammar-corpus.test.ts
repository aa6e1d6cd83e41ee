import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { FINDING_MENTIONS } from '../../findings/finding-mentions.js';
import { GRAMMAR } from './grammar.js';
import { grammarCorpus } from './grammar-corpus.js';

const corpus = grammarCorpus(createRandom(7), 6000);
const wordsOf = (texts: readonly string[]): Set<string> =>
  new Set(texts.flatMap((text) => text.toLowerCase().match(/[a-z]+/gu) ?? []));

describe('grammarCorpus', () => {
  it('gives as many texts as asked, the same for a seed', () => {
    expect(corpus).toHaveLength(6000);
    expect(grammarCorpus(createRandom(7), 50)).toEqual(corpus.slice(0, 50));
  });

  it('shows every noun phrase and no more than 250 words', () => {
    const all = corpus.join(' ').toLowerCase();
    for (const { singular, plural, sentences = [] } of Object.values(GRAMMAR.findings))
      for (const phrase of [...singular, ...plural, ...sentences])
        expect(all).toContain(phrase.toLowerCase());
    const words = wordsOf(corpus);
    expect(words.size).toBeLessThanOrEqual(250);
    for (const word of ['right', 'left', 'upper', 'mid', 'lower']) expect(words).toContain(word);
  });

  it('uses a word for each finding that the reader knows, and no other finding word in it', () => {
    for (const [finding, { singular, plural }] of Object.entries(GRAMMAR.findings))
      for (const phrase of [...singular, ...plural]) {
        const read = Object.keys(FINDING_MENTIONS).filter((name) =>
          phrase.match(FINDING_MENTIONS[name]),
        );
        expect(
          read.filter((name) => name !== finding),
          phrase,
        ).toEqual([]);
      }
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a count of %s', (count) => {
    expect(() => grammarCorpus(createRandom(1), count)).toThrow('count');
  });
});
