import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../lib/run.mjs';

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

/**
 * @typedef {object} Measurement
 * @property {readonly number[]} milliseconds
 * @property {number} parameters
 * @property {number} megabytes - Peak of the process.
 * @property {string} [version]
 */

/**
 * Runs one side in a process of its own.
 *
 * @param {'onnx' | 'torch'} side
 * @param {{ config: object, length: number, runs: number, batchSize?: number }} request - With `batchSize` training
 *   steps are timed, else evaluations.
 * @param {number} threads
 * @returns {Measurement | { missing: string }}
 */
export function measureDenoiser(side, request, threads) {
  const file = side === 'onnx' ? '../onnx-denoiser.mjs' : '../torch_denoiser.py';
  const program = side === 'onnx' ? [process.execPath, ...process.execArgv] : [python];
  const words = [
    ...program,
    fileURLToPath(new URL(file, import.meta.url)),
    JSON.stringify({ ...request, threads }),
  ];
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
