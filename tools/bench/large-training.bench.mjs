/** Updates of a denoiser of 110 million weights, one and several in a run: time, memory, and that the losses are equal. */
import { largeDenoiser, measureDenoiser } from './lib/denoiser-process.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const updates = 12;
const network = { config: largeDenoiser, length: 78, updates, batchSize: 1 };
const measured = [1, 4].map((stepsPerRun) => {
  const found = measureDenoiser('onnx', { ...network, stepsPerRun }, 1);
  if ('missing' in found) throw new Error(found.missing);
  return { ...found, stepsPerRun };
});
const [{ losses: single = [], parameters }] = measured;

finish({
  title: 'Updates in one run',
  columns: [
    ...['updates a run', 'ms an update', 'peak MB while updating'],
    ...['first loss', 'last loss', 'largest difference of losses'],
  ],
  method: `\`train\` with a UNet of ${rounded(parameters / 1e6)} million weights at 32 x 32 x 4 latents and 78 tokens, batch 1, AdamW, clipped, averaged, float32, one thread; ${updates} updates from one seed, a process each. Processor time, median of the runs after the first; memory of the process without the checkpoint at the end.`,
  rows: measured.map(({ stepsPerRun, milliseconds, updateMegabytes = 0, losses = [] }) => [
    String(stepsPerRun),
    rounded(median(milliseconds)),
    rounded(updateMegabytes),
    ...[losses[0], losses[updates - 1]].map((loss) => loss.toFixed(6)),
    String(Math.max(...losses.map((loss, i) => Math.abs(loss - single[i])))),
  ]),
});
