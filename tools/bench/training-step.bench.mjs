/** Time of one training step against PyTorch, both in this run and in turn: A B A B. */
import { basename } from 'node:path';
import { openRuntime } from '@cxrkit/core/onnx';
import { adamW, buildTrainingStep } from '@cxrkit/nn/train';
import { startPython } from './lib/python-process.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';
import { convolutionalNetwork, firstWeights, transformer } from './training-models.mjs';

const rounds = Number(process.env.CXRKIT_BENCH_ROUNDS ?? 6);
const stepsPerTurn = 4;
const threadCounts = (process.env.CXRKIT_BENCH_THREADS ?? '1,2').split(',').map(Number);
const models = { cnn: convolutionalNetwork, transformer };
const names = { cnn: '4-conv CNN', transformer: '4-layer transformer' };
const frame = {
  title: 'Training step',
  columns: [
    'network, threads',
    'CXRKit ms',
    'PyTorch ms',
    'ratio of medians',
    'ratio of bests',
    'largest difference of 12 losses',
  ],
};

const peer = await startPython(new URL('./torch_step.py', import.meta.url));
if ('missing' in peer) finish({ ...frame, method: '', rows: [], skipped: peer.missing });
else await benchAll(peer);

/** @param {import('./lib/python-process.mjs').PythonPeer} torch */
async function benchAll(torch) {
  const { version, blas } = torch.hello;
  // Debian without libopenblas0 multiplies by its reference library, twenty times slower: nothing to compare with.
  const skipped = blas.includes('/libblas.')
    ? `PyTorch multiplies by the reference library ${basename(blas)}; install libopenblas0-pthread`
    : undefined;
  const rows = [];
  if (skipped === undefined)
    for (const threads of threadCounts)
      for (const model of /** @type {const} */ (['cnn', 'transformer']))
        rows.push(await compare(model, threads, torch));
  torch.end();
  finish({
    ...frame,
    method: `Forward, backward and AdamW from equal weights and data. CXRKit and PyTorch ${version} (${basename(blas)}, AdamW with \`foreach\`) take turns of ${stepsPerTurn} steps, ${rounds} turns each after one of warm-up. Goal: ratio 1.3. Losses of the CNN drift apart where one of its millions of ReLU inputs lies within rounding of 0.`,
    rows,
    ...(skipped === undefined ? {} : { skipped }),
  });
}

/**
 * @param {'cnn' | 'transformer'} model
 * @param {number} threads
 * @param {import('./lib/python-process.mjs').PythonPeer} torch
 */
async function compare(model, threads, torch) {
  const own = await openOwn(model, threads);
  const turn = { model, threads, steps: stepsPerTurn };
  const warm = [await own.steps(stepsPerTurn), await torch.ask(turn)];
  const times = [[], []].map(() => /** @type {number[]} */ ([]));
  /** @type {number[][]} */
  /** @type {number[][]} */
  const losses = warm.map((result) => result.losses);
  for (let round = 0; round < rounds; round++) {
    const results = [await own.steps(stepsPerTurn), await torch.ask(turn)];
    results.forEach((result, i) => {
      times[i].push(...result.milliseconds);
      losses[i].push(...result.losses);
    });
  }
  await own.dispose();
  const [ours, theirs] = times.map(median);
  const [best, theirBest] = times.map((list) => Math.min(...list));
  const difference = Math.max(
    ...losses[0].slice(0, 12).map((loss, i) => Math.abs(loss - losses[1][i])),
  );
  return [
    `${names[model]}, ${threads}`,
    `${rounded(ours)} (best ${rounded(best)})`,
    `${rounded(theirs)} (best ${rounded(theirBest)})`,
    rounded(ours / theirs),
    rounded(best / theirBest),
    difference.toExponential(1),
  ];
}

/**
 * The step as `train` runs it: state in slots of the worker, only the losses come out.
 *
 * @param {'cnn' | 'transformer'} model
 * @param {number} threads
 */
async function openOwn(model, threads) {
  const { graph, loss, batch } = models[model]();
  const step = buildTrainingStep(graph, { crossEntropy: { value: loss } }, { optimizer: adamW() });
  const runtime = await openRuntime({ device: 'cpu', threads });
  await runtime.put(firstWeights(graph));
  for (const [slot, { dims }] of step.state) await runtime.put({ [slot]: zeros(dims) });
  const session = await runtime.load(step.step.bytes, { spin: true });
  const { from, keep } = step.step;
  let update = 0;
  return {
    dispose: () => runtime.dispose(),
    /** @param {number} count */
    steps: async (count) => {
      const milliseconds = [];
      const losses = [];
      for (let i = 0; i < count; i++) {
        const start = performance.now();
        const feeds = { ...batch, ...step.scalars(++update, 1e-3) };
        const { loss: value } = await session.run(feeds, { from, keep, fetch: ['loss'] });
        milliseconds.push(performance.now() - start);
        losses.push(Number(value.data[0]));
      }
      return { milliseconds, losses };
    },
  };
}

/** @param {readonly number[]} dims */
function zeros(dims) {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { type: /** @type {const} */ ('float32'), dims, data: new Float32Array(size) };
}
