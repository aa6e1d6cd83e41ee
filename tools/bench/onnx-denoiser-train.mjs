/**
 * Ours of large-training.bench.mjs: updates of a denoiser by `train`, with weights drawn from a seed and batches of noise.
 *
 * `node onnx-denoiser-train.mjs '{"config":{},"length":78,"threads":1,"updates":12,"batchSize":1,"stepsPerRun":4}'`
 * prints `{"milliseconds":[],"losses":[],"parameters":0,"updateMegabytes":0}`: processor time of each run after the first, divided
 * by its updates (as much as a clock shows where nothing else runs, and the same where something does); the largest
 * resident set while updates are done, without the checkpoint at the end. `device` may be named.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32 } from '@cxrkit/core';
import { Graph, mul, reduceMean, sub } from '@cxrkit/nn';
import { adamW, buildTrainingStep, constantSchedule, train } from '@cxrkit/nn/train';
import { denoiser } from '../../packages/cxr-irgen/dist/network/denoiser.js';

const { config, length, threads, updates, batchSize, stepsPerRun, device } = JSON.parse(
  process.argv[2],
);
const { latentChannels, side, contextWidth } = config;
const mapDims = [batchSize, latentChannels, side, side];
const contextDims = [batchSize, length, contextWidth];
const graph = new Graph('training');
const latents = graph.input('latents', 'float32', mapDims);
const timesteps = graph.input('timesteps', 'float32', [batchSize]);
const context = graph.input('context', 'float32', contextDims);
const target = graph.input('noise', 'float32', mapDims);
const error = sub(denoiser(latents, timesteps, context, config), target);
const losses = { mse: { value: reduceMean(mul(error, error)) } };
const step = buildTrainingStep(graph, losses, { optimizer: adamW(), clipNorm: 1, ema: 0.999 });

/** @param {number} index */
const batch = async (index) => {
  const random = createRandom(1, index);
  const normal = (/** @type {number[]} */ dims) => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    return float32(
      Float32Array.from({ length: count }, () => random.normal()),
      dims,
    );
  };
  return {
    latents: normal(mapDims),
    timesteps: float32(Float32Array.from({ length: batchSize }, () => random.integer(1000))),
    context: normal(contextDims),
    noise: normal(mapDims),
  };
};

const runFolder = await mkdtemp(join(tmpdir(), 'cxrkit-bench-'));
const rss = () => process.memoryUsage.rss() / 2 ** 20;
let megabytes = 0;
const sampling = setInterval(() => {
  megabytes = Math.max(megabytes, rss());
}, 20);
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const finished = [processorTime()];
try {
  const { curve } = await train({
    ...{ runFolder, step, updates, seed: 1, threads, stepsPerRun, device: device ?? 'cpu' },
    batches: { batch, [Symbol.asyncDispose]: async () => {} },
    schedule: constantSchedule(1e-4),
    checkpointEvery: updates,
    onProgress: ({ completed }) => {
      finished.push(processorTime());
      if (completed === updates) clearInterval(sampling);
    },
  });
  const ends = finished.filter((_, i) => i % stepsPerRun === 0);
  const milliseconds = ends.slice(2).map((end, i) => (end - ends[i + 1]) / stepsPerRun);
  const sizes = [...step.parameters.values()].map(({ dims }) => dims.reduce((a, b) => a * b, 1));
  const parameters = sizes.reduce((a, b) => a + b, 0);
  const found = curve.map((point) => point.losses?.loss);
  process.stdout.write(
    `${JSON.stringify({ milliseconds, losses: found, parameters, updateMegabytes: megabytes })}\n`,
  );
} finally {
  await rm(runFolder, { recursive: true, force: true });
}
