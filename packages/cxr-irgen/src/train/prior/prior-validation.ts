import type { TrainingContext, TrainingStep } from '@cxrkit/nn/train';
import { loadSlotGraph, type RunSlotGraph } from '../shared/slot-graph.js';
import { priorErrorGraph } from './prior-step.js';
import { type PriorBatchOptions, priorBatch, targetsOf } from './prior-table.js';

/** Names the stream of random numbers of evaluations. */
const EVALUATION_STREAM = 0xe91;

/** Tells of each picture its own findings. */
const COMPLETE = { posterior: 'mean', findingsDropout: 0, findingsSwap: 0 } as const;

/**
 * Makes an evaluation of a prior under training: the mean losses, by the average weights, of the same pictures and reports
 * each time. Findings are never dropped nor another picture's.
 *
 * @param rows - Of the table; they are filled up to whole batches.
 */
export function priorValidation(
  rows: readonly number[],
  batchSize: number,
  {
    step,
    seed,
    ...options
  }: PriorBatchOptions & {
    readonly step: TrainingStep;
    readonly seed: number;
  },
): (context: Pick<TrainingContext, 'runtime'>) => Promise<Record<string, number>> {
  const drawing: PriorBatchOptions = { ...options, rules: COMPLETE };
  let loaded: Promise<RunSlotGraph> | undefined;
  return async ({ runtime }) => {
    loaded ??= loadSlotGraph(runtime, priorErrorGraph(options.config, batchSize), step);
    const score = await loaded;
    const count = Math.ceil(rows.length / batchSize);
    const sums: Record<string, number> = {};
    for (let index = 0; index < count; index++) {
      const chosen = Array.from(
        { length: batchSize },
        (_, place) => rows[(index * batchSize + place) % rows.length],
      );
      const losses = await score(priorBatch(chosen, drawing, [seed, EVALUATION_STREAM, index]));
      for (const [name, { data }] of Object.entries(losses))
        for (const loss of data) sums[name] = (sums[name] ?? 0) + Number(loss);
    }
    const seen = count * batchSize * targetsOf(options.config);
    return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / seen]));
  };
}
