/**
 * A small training as a script of its own; prints each update and `done`. It never disposes its batches.
 *
 * Arguments: run folder, updates, milliseconds a batch takes, updates in a run.
 */
import { Graph, reduceMean } from '@cxrkit/nn';
import { adamW, buildTrainingStep, cosineSchedule, train, workerBatches } from '@cxrkit/nn/train';
import { cnn } from '../training-networks.js';

const [runFolder, updates, delayMs, stepsPerRun] = process.argv.slice(2);
const graph = new Graph('training');
const step = buildTrainingStep(
  graph,
  { crossEntropy: { value: reduceMean(cnn(graph, 4)) } },
  { optimizer: adamW(), clipNorm: 1, ema: 0.9, accumulate: 2 },
);
const module = new URL('./noise-worker.js', import.meta.url);
await train({
  runFolder,
  step,
  batches: workerBatches({
    module,
    data: { count: 4, delayMs: Number(delayMs) },
    workers: 2,
    ahead: Number(delayMs) > 0 ? 0 : 4,
  }),
  updates: Number(updates),
  stepsPerRun: Number(stepsPerRun),
  schedule: cosineSchedule({ learningRate: 0.02, warmup: 3, updates: 30 }),
  seed: 11,
  checkpointEvery: 4,
  evaluate: {
    every: 5,
    run: async ({ weights }) => ({
      bias: Number((await weights('average')).get('fc.bias')?.data[0]),
    }),
  },
  threads: 1,
  onProgress: ({ completed }) => process.stdout.write(`${completed}\n`),
});
process.stdout.write('done\n');
