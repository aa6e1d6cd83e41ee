import { ModelOutputError } from '@cxrkit/core';
import {
  type SentenceSimilarity,
  type SimilarityOptions,
  symmetricMatrix,
} from './sentence-similarity.js';

/** Hidden states of one sentence. */
export interface EncodedSentence {
  /** `[T * D]` one vector a token, row-major; the first is [CLS], the last [SEP]. Need not be normalised. */
  readonly vectors: Float32Array;
  /** `T`, special tokens included. */
  readonly tokens: number;
}

/** Encodes a sentence; for parity with RGRG: layer 5 of 6 of `distilbert-base-uncased`. */
export type EncodeSentence = (
  sentence: string,
  options: SimilarityOptions,
) => Promise<EncodedSentence>;

interface UnitVectors {
  readonly vectors: Float64Array;
  readonly tokens: number;
  readonly width: number;
}

/**
 * BERTScore F1 over an encoder: each token is matched to its nearest by cosine; precision and recall are the means over
 * the tokens but [CLS] and [SEP], which weigh 0 yet may be matched. No idf, no baseline rescaling. Each sentence is
 * encoded once. A sentence of only [CLS] and [SEP] scores 0.
 *
 * `matrix` throws {@link ModelOutputError} if the encoder's vectors do not fit its token counts or are not finite.
 *
 * @see Zhang et al. 2020, "BERTScore", section 3; bert_score `bert_score/utils.py` (`greedy_cos_idf`).
 */
export function bertScoreSimilarity(encode: EncodeSentence): SentenceSimilarity {
  return {
    name: 'bertscore',
    async matrix(sentences, options = {}) {
      const encoded: UnitVectors[] = [];
      for (const sentence of sentences) {
        options.signal?.throwIfAborted();
        encoded.push(normalise(await encode(sentence, options), encoded[0]?.width));
      }
      return symmetricMatrix(sentences.length, (i, j) => bertScoreF1(encoded[i], encoded[j]));
    },
  };
}

function bertScoreF1(candidate: UnitVectors, reference: UnitVectors): number {
  const precision = meanOfBestMatches(candidate, reference);
  const recall = meanOfBestMatches(reference, candidate);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** @returns Mean over the inner tokens of `from` of the best cosine with any token of `to`. */
function meanOfBestMatches(from: UnitVectors, to: UnitVectors): number {
  const inner = from.tokens - 2;
  if (inner <= 0 || to.tokens <= 2) return 0;
  let sum = 0;
  for (let i = 1; i <= inner; i++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < to.tokens; j++) best = Math.max(best, dot(from, i, to, j));
    sum += best;
  }
  return sum / inner;
}

function dot(a: UnitVectors, i: number, b: UnitVectors, j: number): number {
  let sum = 0;
  for (let d = 0; d < a.width; d++) sum += a.vectors[i * a.width + d] * b.vectors[j * b.width + d];
  return sum;
}

function normalise(
  { vectors, tokens }: EncodedSentence,
  expectedWidth: number | undefined,
): UnitVectors {
  const width = vectors.length / tokens;
  if (!Number.isInteger(width) || width < 1 || width !== (expectedWidth ?? width))
    throw new ModelOutputError(
      `Expected ${expectedWidth ?? 'D'} values for each of ${tokens} tokens from the sentence encoder, got ${vectors.length} values.`,
    );
  const unit = Float64Array.from(vectors);
  for (let start = 0; start < unit.length; start += width) {
    const row = unit.subarray(start, start + width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!(length > 0 && length < Number.POSITIVE_INFINITY))
      throw new ModelOutputError(
        `Expected finite, non-zero vectors from the sentence encoder, got one of length ${length}.`,
      );
    for (let d = 0; d < width; d++) row[d] /= length;
  }
  return { vectors: unit, tokens, width };
}
