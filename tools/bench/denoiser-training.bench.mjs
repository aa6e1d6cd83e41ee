/** Time of a denoiser's training step against eager PyTorch of the same shapes, in turn: A B A B. */
import { measureDenoiser, miniDenoisers } from './lib/denoiser-process.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const turns = 3;
const batchSize = 16;
const networks = miniDenoisers.map((network) => ({ ...network, batchSize, runs: 6 }));
const frame = {
  title: 'Denoiser training',
  columns: ['network, threads', 'CXRKit ms', 'PyTorch ms', 'ratio of medians', 'goal'],
};

const trial = measureDenoiser('torch', { ...networks[0], runs: 1 }, 1);
if ('missing' in trial) finish({ ...frame, method: '', rows: [], skipped: trial.missing });
else
  finish({
    ...frame,
    method: `Forward, backward and AdamW of a batch of ${batchSize}, float32, random weights; eager PyTorch ${trial.version}, AdamW with \`foreach\`. ${turns} processes each, in turn; medians of all steps after two.`,
    rows: [1, 2].flatMap((threads) => networks.map((network) => compare(network, threads))),
  });

/**
 * @param {typeof networks[number]} network
 * @param {number} threads
 */
function compare(network, threads) {
  /** @type {number[][]} */
  const times = [[], []];
  for (let turn = 0; turn < turns; turn++)
    for (const [i, side] of /** @type {const} */ (['onnx', 'torch']).entries()) {
      const found = measureDenoiser(side, network, threads);
      if ('missing' in found) throw new Error(found.missing);
      times[i].push(...found.milliseconds);
    }
  const [ours, theirs] = times.map((list) => median(list));
  return [
    `${network.name}, ${threads}`,
    rounded(ours),
    rounded(theirs),
    rounded(ours / theirs),
    '<= 1.3',
  ];
}
