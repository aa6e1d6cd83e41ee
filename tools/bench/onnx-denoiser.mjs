/**
 * Our side of denoiser.bench.mjs: evaluations of a denoiser that lies on the disk, as a user's does, in a process that does
 * nothing else.
 *
 * `node onnx-denoiser.mjs '{"graph":"denoiser.onnx","config":{},"length":65,"threads":1,"runs":10}'` prints `{"milliseconds":[]}`.
 */
import { float32 } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { noise } from './lib/denoiser-weights.mjs';

const { graph, config, length, threads, runs, weights } = JSON.parse(process.argv[2]);
const { latentChannels, side, contextWidth } = config;
const feeds = {
  latents: noise([2, latentChannels, side, side]),
  timesteps: float32(new Float32Array(2).fill(981)),
  context: noise([2, length, contextWidth]),
};
const runtime = await openRuntime({ device: 'cpu', threads });
const session = await runtime.load(graph, { weights });
const milliseconds = [];
for (let i = 0; i < runs + 2; i++) {
  const start = performance.now();
  await session.run(feeds);
  milliseconds.push(performance.now() - start);
}
await runtime.dispose();
process.stdout.write(`${JSON.stringify({ milliseconds: milliseconds.slice(2) })}\n`);
