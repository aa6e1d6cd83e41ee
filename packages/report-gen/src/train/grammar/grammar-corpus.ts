import { InvalidInputError, type Random } from '@cxrkit/core';
import { composeRegionSentences } from './compose-region-sentences.js';
import { randomPartialStudy, randomStudy } from './random-study.js';

/**
 * Composes texts from which a tokenizer learns its vocabulary: what regions say in imaginary studies of every kind,
 * with and without places.
 *
 * @param count - Number of texts; a few thousand show every word of the grammar.
 * @returns `[count]` texts of one region each, of one or more sentences; they repeat.
 * @throws {@link InvalidInputError} if `count` is not a positive integer.
 */
export function grammarCorpus(random: Random, count: number): string[] {
  if (!(Number.isInteger(count) && count > 0))
    throw new InvalidInputError('count', 'a positive integer', count);
  const texts: string[] = [];
  while (texts.length < count) {
    const study =
      random.uniform() < 0.3 ? randomPartialStudy(random) : randomStudy(random, { located: true });
    const sentences = [...composeRegionSentences(study, random).values()];
    texts.push(...new Set(sentences.map(({ sentence }) => sentence)));
  }
  return texts.slice(0, count);
}
