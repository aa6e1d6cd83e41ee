/**
 * Our side of denoiser.bench.mjs and denoiser-training.bench.mjs: a denoiser with random weights, one process a measurement.
 *
 * `node onnx-denoiser.mjs '{"config":{},"length":65,"threads":1,"runs":10}'` prints `{"milliseconds":[],"parameters":0}`; with
 * `"batchSize":16` of training steps, else of evaluations.
 */
import { createRandom, float32 } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { denoiserGraph } from '@cxrkit/cxr-irgen';
import { Graph, mul, reduceMean, serializeGraph, sub } from '@cxrkit/nn';
import { adamW, buildTrainingStep } from '@cxrkit/nn/train';

const { config, length, threads, runs, batchSize } = JSON.parse(process.argv[2]);
const random = createRandom(1);
const rows = batchSize ?? 2;
const mapDims = [rows, config.latentChannels, config.side, config.side];
const contextDims = [rows, length, config.contextWidth];
const feeds = {
  latents: noise(mapDims),
  timesteps: float32(new Float32Array(rows).fill(981)),
  context: noise(contextDims),
};
const runtime = await openRuntime({ device: 'cpu', threads });
const { run, parameters } = batchSize === undefined ? await evaluation() : await training();
const milliseconds = [];
for (let i = 0; i < runs + 2; i++) {
  const start = performance.now();
  await run(i + 1);
  milliseconds.push(performance.now() - start);
}
await runtime.dispose();
process.stdout.write(`${JSON.stringify({ milliseconds: milliseconds.slice(2), parameters })}\n`);

async function evaluation() {
  const { bytes, parameters } = serialized();
  const session = await runtime.load(bytes);
  return { run: () => session.run(feeds), parameters };
}

/** The step as `train` runs it: state in slots of the worker, only the loss comes out. */
async function training() {
  const { denoiser } = await import('../../packages/cxr-irgen/dist/network/denoiser.js');
  const graph = new Graph('training');
  const latents = graph.input('latents', 'float32', mapDims);
  const timesteps = graph.input('timesteps', 'float32', [rows]);
  const context = graph.input('context', 'float32', contextDims);
  const target = graph.input('noise', 'float32', mapDims);
  const error = sub(denoiser(latents, timesteps, context, config), target);
  const losses = { mse: { value: reduceMean(mul(error, error)) } };
  const step = buildTrainingStep(graph, losses, { optimizer: adamW() });
  const weights = randomWeights(graph);
  await runtime.put(Object.fromEntries(weights));
  for (const [slot, { dims }] of step.state) await runtime.put({ [slot]: noise(dims, 0) });
  const session = await runtime.load(step.step.bytes, { spin: true });
  const { from, keep } = step.step;
  const batch = { ...feeds, noise: noise(mapDims) };
  return {
    run: (/** @type {number} */ update) =>
      session.run({ ...batch, ...step.scalars(update, 1e-4) }, { from, keep, fetch: ['loss'] }),
    parameters: countOf(weights),
  };
}

/** In a function of its own, so that the weights can be freed before the runs. */
function serialized() {
  const graph = denoiserGraph(config);
  const weights = randomWeights(graph);
  return { bytes: serializeGraph(graph, { weights }).bytes, parameters: countOf(weights) };
}

/** @param {Graph} graph */
function randomWeights(graph) {
  return new Map([...graph.parameters].map(([name, { dims }]) => [name, noise(dims, 0.02)]));
}

/** @param {ReadonlyMap<string, import('@cxrkit/core').Tensor>} weights */
function countOf(weights) {
  return [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
}

/** @param {readonly number[]} dims */
function noise(dims, scale = 1) {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    Float32Array.from({ length: count }, () => scale * (2 * random.uniform() - 1)),
    [...dims],
  );
}
