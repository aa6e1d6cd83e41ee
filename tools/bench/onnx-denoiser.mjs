/**
 * Our side of denoiser.bench.mjs: evaluations of a denoiser with random weights, one process a measurement.
 *
 * `node onnx-denoiser.mjs '{"config":{},"length":65,"threads":1,"runs":10}'` prints `{"milliseconds":[],"parameters":0}`.
 */
import { createRandom, float32 } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { denoiserGraph } from '@cxrkit/cxr-irgen';
import { serializeGraph } from '@cxrkit/nn';

const { config, length, threads, runs } = JSON.parse(process.argv[2]);
const random = createRandom(1);
const { bytes, parameters } = serialized();
const runtime = await openRuntime({ device: 'cpu', threads });
const session = await runtime.load(bytes);
const side = [2, config.latentChannels, config.side, config.side];
const feeds = {
  latents: noise(side),
  timesteps: float32([981, 981]),
  context: noise([2, length, config.contextWidth]),
};
const milliseconds = [];
for (let i = 0; i < runs + 2; i++) {
  const start = performance.now();
  await session.run(feeds);
  milliseconds.push(performance.now() - start);
}
await runtime.dispose();
process.stdout.write(`${JSON.stringify({ milliseconds: milliseconds.slice(2), parameters })}\n`);

/** In a function of its own, so that the weights can be freed before the runs. */
function serialized() {
  const graph = denoiserGraph(config);
  const weights = new Map(
    [...graph.parameters].map(([name, { dims }]) => [name, noise(dims, 0.02)]),
  );
  const sizes = [...weights.values()].map(({ data }) => data.length);
  return {
    bytes: serializeGraph(graph, { weights }).bytes,
    parameters: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** @param {readonly number[]} dims */
function noise(dims, scale = 1) {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    Float32Array.from({ length: count }, () => scale * (2 * random.uniform() - 1)),
    [...dims],
  );
}
