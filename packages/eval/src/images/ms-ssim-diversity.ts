import type { TaskOptions } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import type { ImagePixels } from './image-pair.js';
import { type MsSsimOptions, msSsim } from './ms-ssim.js';

/** Similarity among the samples of one prompt. */
export interface PromptDiversity {
  readonly mean: number | null;
  /** Divided by the number of pairs. */
  readonly standardDeviation: number | null;
  /** MS-SSIM of the pairs (0, 1), (0, 2), ..., (1, 2), ... */
  readonly pairs: Float64Array;
}

/** Similarity among samples, over all prompts. */
export interface MsSsimDiversity {
  /** Mean over prompts of the mean over pairs; lower is more diverse. */
  readonly score: Score;
  /** Over prompts of their means, divided by the number of prompts. */
  readonly standardDeviation: number | null;
  readonly prompts: readonly PromptDiversity[];
}

/**
 * Measures how alike the samples of one prompt are: the mean pairwise MS-SSIM, as RoentGen reports it (Chambon et al.
 * 2022, after Odena et al. 2017).
 *
 * @param prompts - The samples of each prompt; prompts with fewer than two have no value and are left out of the mean.
 * @throws {@link InvalidInputError} for images of one prompt that differ in size or are too small for {@link msSsim}.
 */
export function msSsimDiversity(
  prompts: readonly (readonly ImagePixels[])[],
  { signal, onProgress, ...options }: MsSsimOptions & TaskOptions = {},
): MsSsimDiversity {
  const metric = msSsim(options);
  const results = prompts.map((samples, index) => {
    const pairs: number[] = [];
    for (const [i, image] of samples.entries())
      for (const reference of samples.slice(i + 1)) {
        signal?.throwIfAborted();
        pairs.push(metric.stats({ image, reference })[0]);
      }
    onProgress?.({
      phase: 'evaluate',
      completed: index + 1,
      total: prompts.length,
      unit: 'steps',
    });
    return { ...moments(pairs), pairs: Float64Array.from(pairs) };
  });
  const { mean, standardDeviation } = moments(
    results.flatMap((result) => (result.mean === null ? [] : [result.mean])),
  );
  const count = prompts.reduce((sum, samples) => sum + samples.length, 0);
  const named = { ...metric.convention, prompts: prompts.length };
  const reason = mean === null ? { reason: 'no prompt has two samples' } : {};
  return {
    score: score('msSsimDiversity', named, count, mean, reason),
    standardDeviation,
    prompts: results,
  };
}

function moments(values: readonly number[]): {
  readonly mean: number | null;
  readonly standardDeviation: number | null;
} {
  if (values.length === 0) return { mean: null, standardDeviation: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, standardDeviation: Math.sqrt(variance) };
}
