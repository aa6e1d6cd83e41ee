import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../lib/run.mjs';

const node = [process.execPath, ...process.execArgv];
const python = process.env.CXRKIT_BENCH_PYTHON ?? '/usr/bin/python3';
const recipe = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(root, `packages/models-mini/recipes/irgen-${name}.json`), 'utf8'))
    .architecture;
const [unet, uVit] = [recipe('vision-sd-unet'), recipe('vision-u-vit')];

/** The denoisers of the mini set. */
export const miniDenoisers = [
  { name: 'mini UNet', config: unet.denoiser, length: unet.textLength + 1 },
  { name: 'mini U-ViT', config: uVit.denoiser, length: 1 },
];

/** A UNet of Stable Diffusion's shape with about 110 million weights. */
export const largeDenoiser = {
  ...{ kind: 'sd-unet', side: 32, latentChannels: 4, channels: [112, 224, 448, 448] },
  ...{ attention: [true, true, true, false], layersPerLevel: 2, heads: 8, groups: 16 },
  contextWidth: 768,
};

/**
 * @typedef {object} Measurement
 * @property {readonly number[]} milliseconds
 * @property {number} parameters
 * @property {number} megabytes - Peak of the process.
 * @property {string} [version]
 * @property {readonly number[]} [losses] - Of a training.
 * @property {number} [updateMegabytes] - Peak of a training while it updates.
 */

/**
 * Runs one side in a process of its own.
 *
 * @param {'onnx' | 'torch'} side
 * @param {{ config: object, length: number, runs?: number, batchSize?: number, weights?: string, updates?: number, stepsPerRun?: number }} request -
 *   With `batchSize` training steps are timed, with `stepsPerRun` a whole training, else evaluations.
 * @param {number} threads
 * @returns {Measurement | { missing: string }}
 */
export function measureDenoiser(side, request, threads) {
  const all = { ...request, threads };
  if (side === 'torch') return timed([python, program('torch_denoiser.py')], all);
  if (request.stepsPerRun !== undefined)
    return timed([...node, program('onnx-denoiser-train.mjs')], all);
  if (request.batchSize !== undefined)
    return timed([...node, program('onnx-denoiser-step.mjs')], all);
  const folder = mkdtempSync(join(tmpdir(), 'cxrkit-bench-'));
  try {
    const graph = join(folder, 'denoiser.onnx');
    const written = timed([...node, program('write-denoiser.mjs')], {
      config: request.config,
      graph,
    });
    if ('missing' in written) return written;
    const measured = timed([...node, program('onnx-denoiser.mjs')], { ...all, graph });
    return 'missing' in measured ? measured : { ...measured, parameters: written.parameters };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} words
 * @param {Record<string, unknown> & { threads?: number }} request
 * @returns {Measurement | { missing: string }}
 */
function timed(words, request) {
  const time = ['-f', '%M', ...words, JSON.stringify(request)];
  const { status, stdout, stderr } = spawnSync('/usr/bin/time', time, {
    encoding: 'utf8',
    // OpenBLAS has threads of its own beside PyTorch's.
    env: { ...process.env, OPENBLAS_NUM_THREADS: String(request.threads ?? 1) },
  });
  if (status !== 0)
    return { missing: stderr?.trim().split('\n').at(-2) ?? `${words[0]} did not start` };
  const megabytes = Number(stderr.trim().split('\n').at(-1)) / 1024;
  return { ...JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), megabytes };
}

/** @param {string} file */
function program(file) {
  return fileURLToPath(new URL(`../${file}`, import.meta.url));
}
