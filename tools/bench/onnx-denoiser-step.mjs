/**
 * Our side of denoiser-training.bench.mjs: training steps of a denoiser with random weights, as `train` runs them: state in
 * slots of the worker, only the loss comes out.
 *
 * `node onnx-denoiser-step.mjs '{"config":{},"length":65,"threads":1,"runs":6,"batchSize":16}'` prints
 * `{"milliseconds":[],"parameters":0}`.
 */
import { float32 } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { Graph, mul, reduceMean, sub } from '@cxrkit/nn';
import { adamW, buildTrainingStep } from '@cxrkit/nn/train';
import { denoiser } from '../../packages/cxr-irgen/dist/network/denoiser.js';
import { countOf, noise, randomWeights } from './lib/denoiser-weights.mjs';

const { config, length, threads, runs, batchSize } = JSON.parse(process.argv[2]);
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
const { step, state, scalars } = buildTrainingStep(graph, losses, { optimizer: adamW() });
const weights = randomWeights(graph);
const runtime = await openRuntime({ device: 'cpu', threads });
await runtime.put(Object.fromEntries(weights));
for (const [slot, { dims }] of state) await runtime.put({ [slot]: noise(dims, 0) });
const session = await runtime.load(step.bytes, { spin: true });
const batch = {
  latents: noise(mapDims),
  timesteps: float32(new Float32Array(batchSize).fill(981)),
  context: noise(contextDims),
  noise: noise(mapDims),
};
const milliseconds = [];
for (let i = 0; i < runs + 2; i++) {
  const start = performance.now();
  const feeds = { ...batch, ...scalars(i + 1, 1e-4) };
  await session.run(feeds, { from: step.from, keep: step.keep, fetch: ['loss'] });
  milliseconds.push(performance.now() - start);
}
await runtime.dispose();
const parameters = countOf(weights);
process.stdout.write(`${JSON.stringify({ milliseconds: milliseconds.slice(2), parameters })}\n`);
