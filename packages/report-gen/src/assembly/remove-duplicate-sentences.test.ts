import { InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { removeDuplicateSentences } from './remove-duplicate-sentences.js';
import type { SentenceSimilarity } from './sentence-similarity.js';

/** Says F1 `high` of the given pairs and 0 of all others. */
function pairs(high: number, ...alike: readonly (readonly [string, string])[]): SentenceSimilarity {
  const isAlike = (a: string, b: string): boolean =>
    alike.some((pair) => pair.includes(a) && pair.includes(b) && a !== b);
  return {
    name: 'bertscore',
    matrix: async (sentences) =>
      Float64Array.from(
        sentences.flatMap((a) => sentences.map((b) => (a === b ? 1 : isAlike(a, b) ? high : 0))),
      ),
  };
}

describe('removeDuplicateSentences', () => {
  it('keeps the first of exact duplicates', async () => {
    const result = await removeDuplicateSentences(['b.', 'a.', 'b.', 'c.', 'b.'], {
      similarity: pairs(0),
    });
    expect(result.sentences).toEqual(['b.', 'a.', 'c.']);
    expect(result.indices).toEqual([0, 1, 3]);
    expect(result.removed).toEqual(
      [2, 4].map((index) => ({
        sentence: 'b.',
        index,
        duplicateOf: 'b.',
        duplicateOfIndex: 0,
        rule: 'exact',
        similarity: 1,
      })),
    );
  });

  it.each([
    ['the later when it is shorter', ['long one', 'short'], ['long one']],
    ['the earlier when it is shorter', ['short', 'long one'], ['long one']],
    ['the earlier of equally long ones', ['first', 'other'], ['other']],
    ['the earlier of equally long ones in characters, not UTF-16 units', ['ab𝐱', 'abc'], ['abc']],
  ])('softly removes %s', async (_, sentences, kept) => {
    const similarity = pairs(0.95, [sentences[0], sentences[1]]);
    const result = await removeDuplicateSentences(sentences, { similarity });
    expect(result.sentences).toEqual(kept);
    expect(result.removed).toMatchObject([
      { duplicateOf: kept[0], rule: 'soft', similarity: 0.95 },
    ]);
  });

  it('removes only above the threshold, 0.9 unless told', async () => {
    const sentences = ['aaa', 'bbbb'];
    const at = (high: number, threshold?: number): Promise<number> =>
      removeDuplicateSentences(sentences, {
        similarity: pairs(high, ['aaa', 'bbbb']),
        threshold,
      }).then((result) => result.sentences.length);
    expect([await at(0.9), await at(0.9001), await at(0.6, 0.6), await at(0.6, 0.5)]).toEqual([
      2, 1, 2, 1,
    ]);
  });

  it('goes on to the next sentence once the earlier is removed, and skips the removed', async () => {
    // aa ~ bbb removes aa, so that aa never meets c, which it is like and longer than
    const chain = pairs(0.95, ['aa', 'bbb'], ['aa', 'c'], ['bbb', 'dddd']);
    const result = await removeDuplicateSentences(['aa', 'bbb', 'c', 'dddd'], {
      similarity: chain,
    });
    expect(result.sentences).toEqual(['c', 'dddd']);
    expect(result.removed.map(({ sentence, duplicateOf }) => [sentence, duplicateOf])).toEqual([
      ['aa', 'bbb'],
      ['bbb', 'dddd'],
    ]);
    // ccc goes because of aaaa; bb then does not meet it
    const skipped = await removeDuplicateSentences(['aaaa', 'bb', 'ccc'], {
      similarity: pairs(0.95, ['aaaa', 'ccc'], ['bb', 'ccc']),
    });
    expect(skipped.sentences).toEqual(['aaaa', 'bb']);
  });

  it('asks the measure once, about distinct sentences only', async () => {
    const asked: (readonly string[])[] = [];
    const inner = pairs(0);
    const similarity: SentenceSimilarity = {
      name: 'bertscore',
      matrix: (sentences) => {
        asked.push(sentences);
        return inner.matrix(sentences);
      },
    };
    await removeDuplicateSentences(['a', 'b', 'a'], { similarity });
    expect(asked).toEqual([['a', 'b']]);
  });

  it('uses the lexical rule when no measure is given, and says so', async () => {
    const result = await removeDuplicateSentences([
      'No pleural effusion.',
      'There is no pleural effusion.',
      'The left lung is clear.',
      'The right lung is clear.',
    ]);
    expect(result.similarity).toBe('lexical');
    expect(result.sentences).toEqual([
      'There is no pleural effusion.',
      'The left lung is clear.',
      'The right lung is clear.',
    ]);
  });

  it('takes an empty list and refuses a threshold above 1', async () => {
    expect(await removeDuplicateSentences([])).toMatchObject({ sentences: [], removed: [] });
    await expect(removeDuplicateSentences([], { threshold: 90 })).rejects.toThrow(
      InvalidInputError,
    );
  });
});
