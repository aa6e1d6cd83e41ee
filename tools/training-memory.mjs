/**
 * Works out the memory of training at full size without training: `node tools/training-memory.mjs` after a build prints
 * the tables of docs/full-size-training.md.
 *
 * Each training graph is built as `train` would run it and walked through in its order; a value lives from the operation
 * that makes it to the last one that reads it. That is what onnxruntime needs at least, without what its allocator wastes.
 */
import { Graph, mul, reduceMean, reshape, sub } from '@cxrkit/nn';
import { adamW, buildTrainingStep, crossEntropy } from '@cxrkit/nn/train';
import { RGRG } from '@cxrkit/report-gen';
import { RGRG_LOSS } from '@cxrkit/report-gen/train';
import {
  BART_BASE,
  bartDecoder,
  bartEncoder,
  denoiser,
  PRIOR_VIT_B2,
  prior,
  SD_UNET,
  U_VIT_L2,
  uNetConfigSchema,
} from '../packages/cxr-irgen/dist/network/index.js';
import { trainingGraph } from '../packages/report-gen/dist/train/training-graph.js';
import { largeDenoiser } from './bench/lib/denoiser-process.mjs';
import { peakOf } from './lib/graph-memory.mjs';
import { say } from './lib/run.mjs';

/** @typedef {import('@cxrkit/nn/train').LossTerm} LossTerm */
/** @typedef {{ graph: Graph, losses: Record<string, LossTerm> }} Network */

/** @type {(value: import('@cxrkit/nn').Value, dims: readonly number[]) => Record<string, LossTerm>} */
const squaredError = (value, dims) => {
  const error = sub(value, value.graph.input('target', 'float32', dims));
  return { mse: { value: reduceMean(mul(error, error)) } };
};

/** @type {(config: Parameters<typeof denoiser>[3], tokens: number) => (batch: number) => Network} */
const denoising = (config, tokens) => (batch) => {
  const graph = new Graph('training');
  const dims = [batch, config.latentChannels, config.side, config.side];
  const latents = graph.input('latents', 'float32', dims);
  const timesteps = graph.input('timesteps', 'float32', [batch]);
  const context = graph.input('context', 'float32', [batch, tokens, config.contextWidth ?? 0]);
  return { graph, losses: squaredError(denoiser(latents, timesteps, context, config), dims) };
};

/** @type {(batch: number) => Network} */
const readingVectors = (batch) => {
  const { latentChannels, side, outputWidth } = PRIOR_VIT_B2;
  const graph = new Graph('training');
  const latents = graph.input('latents', 'float32', [batch, latentChannels, side, side]);
  const vector = prior({ latents }, PRIOR_VIT_B2);
  return { graph, losses: squaredError(vector, [batch, outputWidth]) };
};

/** @type {(length: number) => (batch: number) => Network} */
const tellingAgain = (length) => (batch) => {
  const graph = new Graph('training');
  const input = (/** @type {string} */ name) => graph.input(name, 'int64', [batch, length]);
  const vector = bartEncoder(input('input_ids'), input('attention_mask'), BART_BASE);
  const decoded = bartDecoder(input('decoder_ids'), vector, BART_BASE, {
    mask: input('decoder_mask'),
  });
  const logits = reshape(decoded, [batch * length, BART_BASE.vocabulary]);
  const targets = graph.input('targets', 'int64', [batch * length]);
  return { graph, losses: { tokens: { value: reduceMean(crossEntropy(logits, targets)) } } };
};

/** @type {(length: number) => (batch: number) => Network} */
const wording = (length) => (batch) =>
  trainingGraph(RGRG, { regions: 29, texts: batch, textLength: length }, RGRG_LOSS);

/** @type {readonly [string, (batch: number) => Network][]} */
const networks = [
  ['U-ViT-L/2', denoising(U_VIT_L2, 1)],
  ['SD UNet', denoising(SD_UNET, 78)],
  ['bart-base, 128 tokens', tellingAgain(128)],
  ['prior ViT-B/2', readingVectors],
  ['GPT-2 medium of RGRG, 64 tokens', wording(64)],
  ['UNet of `npm run bench -- large`', denoising(uNetConfigSchema.parse(largeDenoiser), 78)],
];

/** @param {Network} network */
function measure({ graph, losses }) {
  const options = { optimizer: adamW(), clipNorm: 1, ema: 0.999 };
  const { parameters, state } = buildTrainingStep(graph, losses, options);
  const count = (/** @type {Iterable<{ dims: readonly number[] }>} */ tensors) =>
    [...tensors].reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0);
  const weights = count(parameters.values());
  return { weights, state: 4 * (weights + count(state.values())), peak: peakOf(graph) };
}

const gigabytes = (/** @type {number} */ bytes) => (bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 1);
/** A tenth is left to the allocator, the library and the driver. */
const usable = 0.9;
const sizes = [24, 80, 141];
const few = 32;

const rows = networks.map(([name, build]) => {
  const [least, one, two] = [1, few, 2 * few].map((batch) => measure(build(batch)));
  const { state, weights } = one;
  const perExample = (two.peak - one.peak) / few;
  const fixed = one.peak - few * perExample;
  // State that is held besides what an update makes; a Loop ends with four of it at once.
  const held = [state, 2 * state];
  const atLeast = [state + least.peak, Math.max(2 * state + least.peak, 4 * state)];
  const fits = sizes.map((size) =>
    held.map((bytes, i) => {
      const batch = Math.floor((size * 1e9 * usable - bytes - fixed) / perExample);
      return atLeast[i] > size * 1e9 * usable || batch < 1 ? '–' : String(batch);
    }),
  );
  return { name, weights, state, perExample, atLeast, fits };
});

const line = (/** @type {readonly string[]} */ cells) => say(`| ${cells.join(' | ')} |`);
line([
  ...[
    'network',
    'weights',
    'state, GB',
    'an example more, GB',
    'K = 1 at least, GB',
    'K > 1 at least, GB',
  ],
  ...sizes.map((size) => `examples in ${size} GB, K = 1, K > 1`),
]);
line([...Array(6 + sizes.length).keys()].map((i) => (i === 0 ? '---' : '---:')));
for (const { name, weights, state, perExample, atLeast, fits } of rows)
  line([
    ...[name, `${(weights / 1e6).toFixed(1)} M`],
    ...[state, perExample, ...atLeast].map(gigabytes),
    ...fits.map((pair) => pair.join(', ')),
  ]);
