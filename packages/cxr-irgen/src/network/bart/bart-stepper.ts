import type { Tensor } from '@cxrkit/core';
import {
  type DecoderSessions,
  type DecoderStepOptions,
  SessionStepper,
} from '@cxrkit/core/decoding';
import type { BartConfig } from './config.js';
import { bartCacheNames } from './graphs.js';

/**
 * Begins to write texts from vectors, for the decoding loops of core; texts start with EOS. The caller disposes.
 *
 * @param sessions - `start` is the graph `bart_memory`, `step` is `bart_step`.
 * @param vectors - `[n, width]`, of the encoder or the prior; one text each.
 */
export async function openBartStepper(
  sessions: DecoderSessions,
  config: BartConfig,
  vectors: Tensor<'float32'>,
  options: DecoderStepOptions = {},
): Promise<SessionStepper> {
  const layout = {
    vocabularySize: config.vocabulary,
    tokens: 'input_ids',
    past: bartCacheNames('past', config),
    present: bartCacheNames('present', config),
  };
  return await SessionStepper.open(sessions, layout, { vector: vectors }, options);
}
