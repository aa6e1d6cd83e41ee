import type { TrainingContext, TrainingStep } from '@cxrkit/nn/train';
import { loadSlotGraph, type RunSlotGraph } from '../shared/slot-graph.js';
import {
  batchRandom,
  EVALUATION_STREAM,
  type VisionBatchOptions,
  visionBatch,
} from './vision-batch.js';
import { visionErrorGraph } from './vision-step.js';

/** Times that each picture is looked at, each with other noise at another timestep. */
const REPEATS = 4;

/** Shows each picture with all that is known of it. */
const COMPLETE = { textDropout: 0, imageDropout: 0, jointDropout: 0, posterior: 'mean' } as const;

/**
 * Makes an evaluation of a denoiser under training: the mean squared error of the noise, by the average weights, of
 * the same pictures, timesteps and noise each time. Conditions are never dropped and all timesteps weigh the same.
 *
 * @param rows - Of the table; they are filled up to whole batches.
 */
export function visionValidation(
  rows: readonly number[],
  batchSize: number,
  options: VisionBatchOptions & { readonly step: TrainingStep; readonly seed: number },
): (context: TrainingContext) => Promise<{ mse: number }> {
  const rules = { ...options.rules, ...COMPLETE };
  let loaded: Promise<RunSlotGraph> | undefined;
  return async ({ runtime }) => {
    loaded ??= loadSlotGraph(runtime, visionErrorGraph(options.network, batchSize), options.step);
    const run = await loaded;
    const count = Math.ceil((rows.length * REPEATS) / batchSize);
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const chosen = Array.from(
        { length: batchSize },
        (_, place) => rows[(index * batchSize + place) % rows.length],
      );
      const random = batchRandom(options.seed, EVALUATION_STREAM, index);
      const { weights: _, ...feeds } = visionBatch(chosen, random, { ...options, rules });
      const { errors } = await run(feeds);
      for (const error of errors.data) sum += Number(error);
    }
    return { mse: sum / (count * batchSize) };
  };
}
