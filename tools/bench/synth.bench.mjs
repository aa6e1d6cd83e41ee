/** Time of a synthetic image by both denoisers and two samplers, and of its report, against the raw graphs they run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/run.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const images = 5;
const models = join(root, 'packages/models-mini/models');
/** Another set, such as one with random weights: times do not depend on them. */
const model = process.env.CXRKIT_BENCH_IRGEN ?? join(models, 'cxr-irgen');
const encoders = process.env.CXRKIT_BENCH_ENCODERS ?? join(models, 'clip-classifier');
const denoisers = /** @type {const} */ (['u-vit', 'sd-unet']);
const there = denoisers.filter((name) => existsSync(join(model, `vision-${name}`, 'model.json')));
const frame = {
  title: 'Synthesis',
  columns: ['what', 'ms (median)', 'over raw runs', 'goal'],
};
const settings = /** @type {const} */ ([
  ['PLMS, 50 steps, guidance 7.5', { preset: 'faithful' }],
  ['DPM-Solver++, 20 steps, guidance 4', { sampler: 'dpm-solver++', steps: 20, guidance: 4 }],
]);

if (there.length === 0)
  finish({ ...frame, method: '', rows: [], skipped: `there is no set of CXR-IRGen in ${model}` });
else {
  const { openRuntime } = await import('@cxrkit/core/onnx');
  const { loadCxrIrgen } = await import('@cxrkit/cxr-irgen');
  /** @type {string[][]} */
  const rows = [];
  for (const vision of there) {
    const runtime = await openRuntime({ device: 'cpu' });
    const irgen = await loadCxrIrgen({ model, encoders, vision, runtime });
    const findings = /** @type {const} */ ({ Cardiomegaly: 'positive', Edema: 'negative' });
    /** @type {import('@cxrkit/core').Tensor<'float32'> | undefined} */
    let latents;
    for (const [name, sampling] of settings) {
      const time = await measured(runtime, async (seed) => {
        ({ latents } = await irgen.generateImage({ findings, seed, ...sampling }));
      });
      rows.push([`${vision}, ${name}`, ...time, '<= 1.05']);
    }
    const written = latents;
    if (vision === there[0] && written !== undefined) {
      const time = await measured(runtime, async (seed) => {
        await irgen.writeReport(written, { decoding: 'sample', topP: 0.9, seed });
      });
      rows.push(['report of an image, top-p', ...time, '']);
    }
    await irgen.dispose();
    await runtime.dispose();
  }
  finish({
    ...frame,
    method: `${images} images or reports after one, batch 1, both guidance rows in one run; the image is decoded by the autoencoder, too. "Over raw runs" is the median of wall time over the time the worker spent inside onnxruntime's \`run\` for the same image.`,
    rows,
  });
}

/**
 * Times a task, and the part of it that onnxruntime took.
 *
 * @param {import('@cxrkit/core/onnx').OnnxRuntime} runtime
 * @param {(seed: number) => Promise<void>} task
 */
async function measured(runtime, task) {
  await task(0);
  /** @type {{ total: number, raw: number }[]} */
  const samples = [];
  for (let seed = 1; seed <= images; seed++) {
    const before = await runtime.statistics();
    const start = performance.now();
    await task(seed);
    const total = performance.now() - start;
    const { runMs } = await runtime.statistics();
    samples.push({ total, raw: runMs - before.runMs });
  }
  return [
    rounded(median(samples.map(({ total }) => total))),
    rounded(median(samples.map(({ total, raw }) => total / raw))),
  ];
}
