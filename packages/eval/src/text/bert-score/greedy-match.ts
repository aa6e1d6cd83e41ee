import { ModelOutputError } from '@cxrkit/core';
import type { WeightedText } from './embedded-text.js';

/** BERTScore of a candidate; `null` where all its tokens weigh nothing. */
export interface BertScoreValues {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/**
 * Matches each token with the nearest of the other text by cosine. The first and the last token weigh nothing but may
 * be matched; if either text has no other, all is 0.
 *
 * @throws {@link ModelOutputError} if the widths differ.
 * @see Zhang et al. 2020, "BERTScore", section 3; bert_score/utils.py, `greedy_cos_idf`.
 */
export function greedyMatch(candidate: WeightedText, reference: WeightedText): BertScoreValues {
  if (candidate.width !== reference.width)
    throw new ModelOutputError(
      `Expected vectors of one length from \`embed\`, got ${candidate.width} and ${reference.width}.`,
    );
  if (candidate.tokens <= 2 || reference.tokens <= 2) return { precision: 0, recall: 0, f1: 0 };
  const toReference = new Float64Array(candidate.tokens).fill(Number.NEGATIVE_INFINITY);
  const toCandidate = new Float64Array(reference.tokens).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < candidate.tokens; i++)
    for (let j = 0; j < reference.tokens; j++) {
      const cosine = dot(candidate, i, reference, j);
      if (cosine > toReference[i]) toReference[i] = cosine;
      if (cosine > toCandidate[j]) toCandidate[j] = cosine;
    }
  const precision = weightedMean(toReference, candidate.weights);
  const recall = weightedMean(toCandidate, reference.weights);
  if (precision === null || recall === null) return { precision, recall, f1: null };
  const sum = precision + recall;
  return { precision, recall, f1: sum === 0 ? 0 : (2 * precision * recall) / sum };
}

function dot(a: WeightedText, i: number, b: WeightedText, j: number): number {
  const { width } = a;
  let sum = 0;
  for (let d = 0; d < width; d++) sum += a.vectors[i * width + d] * b.vectors[j * width + d];
  return sum;
}

function weightedMean(values: Float64Array, weights: Float64Array): number | null {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    weight += weights[i];
  }
  return weight === 0 ? null : sum / weight;
}
