/** Time and memory of a denoiser's evaluations against eager PyTorch of the same shapes, in turn: A B A B. */
import {
  largeDenoiser as large,
  measureDenoiser as measure,
  miniDenoisers,
} from './lib/denoiser-process.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const turns = 3;
const networks = [
  ...miniDenoisers.map((network) => ({ ...network, runs: 20 })),
  { name: 'large UNet', config: large, length: 78, runs: 5, weights: 'as-stored' },
  { name: 'large UNet, weights unpacked', config: large, length: 78, runs: 5, weights: 'unpacked' },
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
    method: `One evaluation with batch 2 (both rows of guidance), float32, random weights, ours from a file as our exporters write it: as float16, which a large denoiser keeps in memory by default, too; eager PyTorch ${trial.version} without gradients. ${turns} processes each, in turn; medians of all evaluations after two, and of the processes' peak memory, which holds Node or Python, too. Goals: 1.5 times faster, memory ratio 0.6.`,
    rows: [1, 2].flatMap((threads) => networks.map((network) => compare(network, threads))),
  });

/**
 * @param {typeof networks[number]} network
 * @param {number} threads
 */
function compare(network, threads) {
  /** @type {import('./lib/denoiser-process.mjs').Measurement[][]} */
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
