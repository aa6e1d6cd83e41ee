import { float32, InvalidInputError } from '@cxrkit/core';
import {
  type DecoderSessions,
  type DecoderStepOptions,
  SessionStepper,
} from '@cxrkit/core/decoding';
import type { ReportGeneratorConfig } from '../network/config.js';
import { cacheNames } from '../network/graphs.js';

/**
 * Begins to write about several regions, for the decoding loops of core. The caller disposes.
 *
 * @param sessions - `start` is the graph `image_kv`, `step` is `lm_step`.
 * @param features - `[n]` region features of length `D_in`.
 * @throws {@link InvalidInputError} if features have another length, as those of another detector have.
 */
export async function openRegionStepper(
  sessions: DecoderSessions,
  config: ReportGeneratorConfig,
  features: readonly Float32Array[],
  options: DecoderStepOptions = {},
): Promise<SessionStepper> {
  const names = (side: 'past' | 'present'): string[] =>
    Array.from({ length: config.layers }, (_, layer) => cacheNames(side, layer)).flatMap(
      ({ key, value }) => [key, value],
    );
  const layout = {
    vocabularySize: config.vocabulary,
    tokens: 'ids',
    past: names('past'),
    present: names('present'),
  };
  const feeds = { features: stackFeatures(features, config) };
  return await SessionStepper.open(sessions, layout, feeds, options);
}

/**
 * Joins feature vectors to float32 `[n, D_in]`.
 *
 * @throws {@link InvalidInputError} if one has another length, as those of another detector have.
 */
export function stackFeatures(
  features: readonly Float32Array[],
  { regionFeatures }: ReportGeneratorConfig,
): ReturnType<typeof float32> {
  const data = new Float32Array(features.length * regionFeatures);
  for (const [i, vector] of features.entries()) {
    if (vector.length !== regionFeatures)
      throw new InvalidInputError(
        'region features',
        `${regionFeatures} numbers`,
        vector.length,
        'Use the detector that the report generator was trained with.',
      );
    data.set(vector, i * regionFeatures);
  }
  return float32(data, [features.length, regionFeatures]);
}
