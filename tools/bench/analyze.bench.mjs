/** Cold `cxr analyze` of one picture as a whole process, and the warm pipeline against the raw graphs it runs. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/run.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const cold = 5;
const warm = 15;
const many = 40;
const frame = { title: 'Pipeline', columns: ['what', 'value', 'goal'] };
const models = join(root, 'packages/models-mini/models');
const built = existsSync(join(root, 'apps/demo-cli/dist/main.js'));

if (!built || readdirSync(models).length === 0)
  finish({
    ...frame,
    method: '',
    rows: [],
    skipped: 'the packages are not built, or there are no mini models',
  });
else {
  const example = join(root, 'examples/00000963_007.jpg');
  const processes = Array.from({ length: cold }, () => coldRun(example));
  const { openPipeline } = await import('@cxrkit/demo-cli');
  const pipeline = await openPipeline({ device: 'cpu' });
  const samples = [];
  for (let i = 0; i < warm + 3; i++) {
    const before = await pipeline.statistics();
    const start = performance.now();
    await pipeline.analyze(example);
    const total = performance.now() - start;
    const { runMs } = await pipeline.statistics();
    if (i >= 3) samples.push({ total, raw: runMs - before.runMs });
  }
  const before = process.memoryUsage().rss;
  for (let i = 0; i < many; i++) await pipeline.analyze(example);
  const growth = process.memoryUsage().rss - before;
  await pipeline.dispose();
  const folderMs = await folderRun(example);
  finish({
    ...frame,
    method: `One picture (512 x 512 JPEG). Cold: ${cold} processes, wall time and peak memory of each. Warm: ${warm} pictures after 3 in one process; "raw" is the time the worker spent inside onnxruntime's \`run\` for the same pictures. Folder: ${many} copies by \`streamAnalyses\` as it comes, the first 8 not counted.`,
    rows: [
      [
        'cold `cxr analyze`, s (median)',
        rounded(median(processes.map(({ seconds }) => seconds))),
        '<= 3',
      ],
      [
        'its peak memory, MB (median)',
        rounded(median(processes.map(({ megabytes }) => megabytes))),
        '<= 700',
      ],
      ['warm, ms a picture (median)', rounded(median(samples.map(({ total }) => total))), ''],
      [
        'warm over raw runs (median of ratios)',
        rounded(median(samples.map(({ total, raw: inside }) => total / inside))),
        '<= 1.10',
      ],
      ['a folder, ms a picture', rounded(folderMs), ''],
      [`memory growth over ${many} pictures, MB`, rounded(growth / 2 ** 20), 'flat'],
    ],
  });
}

/** @param {string} picture */
function coldRun(picture) {
  const out = mkdtempSync(join(tmpdir(), 'cxrkit-bench-'));
  const start = performance.now();
  const { stderr, status } = spawnSync(
    '/usr/bin/time',
    [
      '-f',
      '%M',
      process.execPath,
      join(root, 'apps/demo-cli/bin/cxr.js'),
      'analyze',
      picture,
      '--out',
      out,
      '--quiet',
      '--device',
      'cpu',
    ],
    { encoding: 'utf8' },
  );
  const seconds = (performance.now() - start) / 1000;
  rmSync(out, { recursive: true, force: true });
  if (status !== 0) throw new Error(stderr);
  return { seconds, megabytes: Number(stderr.trim().split('\n').at(-1)) / 1024 };
}

/**
 * Milliseconds a picture when many are analysed, two at once.
 *
 * @param {string} picture
 */
async function folderRun(picture) {
  const { streamAnalyses } = await import('@cxrkit/demo-cli');
  const folder = mkdtempSync(join(tmpdir(), 'cxrkit-bench-'));
  try {
    const paths = Array.from({ length: many }, (_, i) => join(folder, `${i}.jpg`));
    for (const path of paths) copyFileSync(picture, path);
    const times = [];
    for await (const _ of streamAnalyses(paths, { device: 'cpu' })) times.push(performance.now());
    return (times[many - 1] - times[7]) / (many - 8);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
