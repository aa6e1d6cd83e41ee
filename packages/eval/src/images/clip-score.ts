import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../score/metric.js';

/** Embeddings of an image and of its text in one space. */
export interface EmbeddingPair {
  readonly image: ArrayLike<number>;
  readonly text: ArrayLike<number>;
}

/** Options of {@link clipScore}. */
export interface ClipScoreOptions {
  /**
   * `torchmetrics`: 100 times the mean cosine, or 0 if that is negative; `paper` (Hessel et al. 2021): the mean of
   * 2.5 max(cosine, 0).
   * @defaultValue 'torchmetrics'
   */
  readonly convention?: 'torchmetrics' | 'paper';
  /**
   * Encoders of both embeddings, for the signature.
   * @defaultValue 'unnamed'
   */
  readonly encoder?: string;
}

/**
 * Makes the agreement of images with their texts in a shared embedding space (CLIPScore, Hessel et al. 2021).
 * `stats` throws an InvalidInputError for embeddings of two lengths, of zeros, or not finite.
 */
export function clipScore({
  convention = 'torchmetrics',
  encoder = 'unnamed',
}: ClipScoreOptions = {}): Metric<EmbeddingPair> {
  return {
    name: 'clipScore',
    convention: { encoder, convention },
    length: 2,
    stats({ image, text }) {
      const cosine = cosineSimilarity(image, text);
      return Float64Array.of(convention === 'paper' ? 2.5 * Math.max(cosine, 0) : 100 * cosine, 1);
    },
    finalise: ([sum, n]) => (n === 0 ? null : Math.max(0, sum / n)),
  };
}

function cosineSimilarity(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length)
    throw new InvalidInputError('text', `an embedding of ${x.length} values`, y.length);
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += x[i] * x[i];
    yy += y[i] * y[i];
    xy += x[i] * y[i];
  }
  for (const [name, square] of [['image', xx] as const, ['text', yy] as const])
    if (!(square > 0 && square < Number.POSITIVE_INFINITY))
      throw new InvalidInputError(name, 'a finite embedding other than zero', Math.sqrt(square));
  return xy / Math.sqrt(xx * yy);
}
