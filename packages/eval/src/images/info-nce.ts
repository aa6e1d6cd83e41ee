import { InvalidInputError } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import type { FeatureMatrix } from './features.js';
import type { Rows } from './linear-algebra/squared-distances.js';
import { forEachSimilarityRow, pairedUnitRows } from './similarity-rows.js';

/** Contrastive losses of a set of pairs, in nats; a perfect match tends to 0, chance to ln n. */
export interface InfoNce {
  readonly imageToText: Score;
  readonly textToImage: Score;
}

/**
 * Computes the contrastive loss of pairs in both directions: the mean of -log softmax(cosine / temperature) at the
 * partner (InfoNCE, van den Oord et al. 2018; as CLIP trains). Comparable for equal n only.
 *
 * @param options - `temperature` > 0, 0.07 if absent.
 * @throws {@link InvalidInputError} for unequal counts or lengths, no pair, rows of zeros, values that are not finite.
 */
export function infoNce(
  images: FeatureMatrix,
  texts: FeatureMatrix,
  { temperature = 0.07 }: { readonly temperature?: number } = {},
): InfoNce {
  if (!(temperature > 0)) throw new InvalidInputError('temperature', 'above 0', temperature);
  const unit = pairedUnitRows(images, texts);
  const of = (direction: string, queries: Rows, targets: Rows): Score =>
    score('infoNce', { direction, temperature }, queries.n, loss(queries, targets, temperature));
  return {
    imageToText: of('i2t', unit.images, unit.texts),
    textToImage: of('t2i', unit.texts, unit.images),
  };
}

function loss(queries: Rows, targets: Rows, temperature: number): number {
  let sum = 0;
  forEachSimilarityRow(queries, targets, (i, similarities) => {
    const max = similarities.reduce((a, b) => Math.max(a, b), -1);
    let partition = 0;
    for (let j = 0; j < similarities.length; j++)
      partition += Math.exp((similarities[j] - max) / temperature);
    sum += Math.log(partition) - (similarities[i] - max) / temperature;
  });
  return sum / queries.n;
}
