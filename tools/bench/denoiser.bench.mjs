/** Time and memory of a denoiser's evaluations against eager PyTorch of the same shapes, in turn: A B A B. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../lib/run.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const turns = 3;
const python = process.env.CXRKIT_BENCH_PYTHON ?? '/usr/bin/python3';
const recipe = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(root, `packages/models-mini/recipes/irgen-${name}.json`), 'utf8'))
    .architecture;
const [unet, uVit] = [recipe('vision-sd-unet'), recipe('vision-u-vit')];
/** A UNet of Stable Diffusion's shape with about 100 million weights. */
const large = {
  ...{ kind: 'sd-unet', side: 32, latentChannels: 4, channels: [112, 224, 448, 448] },
  ...{ attention: [true, true, true, false], layersPerLevel: 2, heads: 8, groups: 16 },
  contextWidth: 768,
};
const networks = [
  { name: 'mini UNet', config: unet.denoiser, length: unet.textLength + 1, runs: 20 },
  { name: 'mini U-ViT', config: uVit.denoiser, length: 1, runs: 20 },
  { name: 'large UNet', config: large, length: 78, runs: 5 },
];
const frame = {
  title: 'Denoiser',
  columns: [
    'network, threads',
    'parameters',
    'CXRKit ms',
    'PyTorch ms',
    'times faster',
    'CXRKit MB',
    'PyTorch MB',
    'memory ratio',
  ],
};

const trial = measure('torch', networks[0], 1);
if ('missing' in trial) finish({ ...frame, method: '', rows: [], skipped: trial.missing });
else
  finish({
    ...frame,
    method: `One evaluation with batch 2 (both rows of guidance), float32, random weights; eager PyTorch ${trial.version} without gradients. ${turns} processes each, in turn; medians of all evaluations after two, and of the processes' peak memory, which holds Node or Python, too. Goals: 1.5 times faster, memory ratio 0.6.`,
    rows: [1, 2].flatMap((threads) => networks.map((network) => compare(network, threads))),
  });

/**
 * @typedef {object} Measurement
 * @property {readonly number[]} milliseconds
 * @property {number} parameters
 * @property {number} megabytes - Peak of the process.
 * @property {string} [version]
 */

/**
 * @param {typeof networks[number]} network
 * @param {number} threads
 */
function compare(network, threads) {
  /** @type {Measurement[][]} */
  const all = [[], []];
  for (let turn = 0; turn < turns; turn++)
    for (const [i, side] of /** @type {const} */ (['onnx', 'torch']).entries()) {
      const found = measure(side, network, threads);
      if ('missing' in found) throw new Error(found.missing);
      all[i].push(found);
    }
  const [ours, theirs] = all.map((list) =>
    median(list.flatMap(({ milliseconds }) => milliseconds)),
  );
  const [memory, theirMemory] = all.map((list) => median(list.map(({ megabytes }) => megabytes)));
  const [parameters, theirCount] = all.map(([first]) => first.parameters);
  if (parameters !== theirCount)
    throw new Error(`Networks differ: ${parameters} weights against ${theirCount}.`);
  return [
    `${network.name}, ${threads}`,
    `${rounded(parameters / 1e6)} M`,
    rounded(ours),
    rounded(theirs),
    rounded(theirs / ours),
    rounded(memory),
    rounded(theirMemory),
    rounded(memory / theirMemory),
  ];
}

/**
 * Runs one side in a process of its own.
 *
 * @param {'onnx' | 'torch'} side
 * @param {typeof networks[number]} network
 * @param {number} threads
 * @returns {Measurement | { missing: string }}
 */
function measure(side, { config, length, runs }, threads) {
  const file = side === 'onnx' ? './onnx-denoiser.mjs' : './torch_denoiser.py';
  const program = side === 'onnx' ? [process.execPath, ...process.execArgv] : [python];
  const request = JSON.stringify({ config, length, threads, runs });
  const words = [...program, fileURLToPath(new URL(file, import.meta.url)), request];
  const { status, stdout, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...words], {
    encoding: 'utf8',
    // OpenBLAS has threads of its own beside PyTorch's.
    env: { ...process.env, OPENBLAS_NUM_THREADS: String(threads) },
  });
  if (status !== 0)
    return { missing: stderr?.trim().split('\n').at(-2) ?? `${words[0]} did not start` };
  const megabytes = Number(stderr.trim().split('\n').at(-1)) / 1024;
  return { ...JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), megabytes };
}
