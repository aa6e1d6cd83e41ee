/** The warm pipeline with networks of the published sizes and random weights, against the raw graphs it runs. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/run.mjs';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const pictures = 3;
/** Tokens of a text with the first: about as many as a sentence of the mini models has. Random weights know no end. */
const tokens = 24;
const frame = { title: 'Pipeline, published sizes', columns: ['what', 'value', 'goal'] };
const dist = (/** @type {string} */ name) => join(root, `packages/${name}/dist`);
const mini = join(root, 'packages/models-mini/models');

if (!existsSync(dist('report-gen')))
  finish({ ...frame, method: '', rows: [], skipped: 'the packages are not built' });
else {
  const folder = mkdtempSync(join(tmpdir(), 'cxrkit-bench-'));
  try {
    await writeModels(folder);
    finish(await measured(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes a model folder of each stage.
 *
 * @param {string} folder
 */
async function writeModels(folder) {
  const { ANATOMICAL_REGIONS, float32 } = await import('@cxrkit/core');
  const { initializeWeights } = await import('@cxrkit/nn/train');
  const { exportDetector } = await import('@cxrkit/detector/convert');
  const { RGRG_DETECTOR } = await import('@cxrkit/detector');
  const { exportReportGenerator } = await import('@cxrkit/report-gen/convert');
  const { RGRG } = await import('@cxrkit/report-gen');
  const { exportClipClassifier } = await import('@cxrkit/clip-classifier/convert');
  const { R_CLIP } = await import('@cxrkit/clip-classifier');
  const graphs = {
    detector: await import(join(dist('detector'), 'network/graphs.js')),
    generator: await import(join(dist('report-gen'), 'network/graphs.js')),
    classifier: await import(join(dist('clip-classifier'), 'network/graphs.js')),
  };
  const meta = {
    name: 'random',
    version: '0.0.0',
    licence: { weights: 'none', data: [] },
    provenance: { command: 'npm run bench', date: '2026-11-22', trainingData: [] },
    scores: [],
    intendedUse: 'Timing.',
  };
  const weightsOf = (/** @type {readonly import('@cxrkit/nn').Graph[]} */ ...list) =>
    new Map(list.flatMap(({ parameters }) => [...initializeWeights(parameters, 1)]));
  const tokenizerOf = (/** @type {string} */ stage) =>
    JSON.parse(readFileSync(join(mini, stage, 'tokenizer.json'), 'utf8'));

  await exportDetector({
    out: join(folder, 'detector'),
    config: RGRG_DETECTOR,
    weights: weightsOf(
      graphs.detector.trunkGraph(RGRG_DETECTOR),
      graphs.detector.roiGraph(RGRG_DETECTOR),
    ),
    trainedRegions: ANATOMICAL_REGIONS,
    meta,
  });
  const writer = { ...RGRG, maxLength: tokens, selectionThreshold: -1e9 };
  await exportReportGenerator({
    out: join(folder, 'report-gen'),
    config: writer,
    weights: weightsOf(...Object.values(graphs.generator.inferenceGraphs(writer))),
    tokenizer: tokenizerOf('report-gen'),
    meta,
  });
  const preprocessing = { side: 224, mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] };
  const { imageGraph, textGraph } = graphs.classifier;
  await exportClipClassifier({
    out: join(folder, 'clip-classifier'),
    config: R_CLIP,
    preprocessing,
    weights: weightsOf(imageGraph(R_CLIP, preprocessing), textGraph(R_CLIP)).set(
      'logit_scale',
      float32([Math.log(1 / 0.07)], []),
    ),
    tokenizer: tokenizerOf('clip-classifier'),
    meta,
  });
}

/** @param {string} folder */
async function measured(folder) {
  const { openPipeline } = await import('@cxrkit/demo-cli');
  const pipeline = await openPipeline({ device: 'cpu', models: folder });
  const example = join(root, 'examples/00000963_007.jpg');
  const samples = [];
  let texts = 0;
  for (let i = 0; i <= pictures; i++) {
    const before = await pipeline.statistics();
    const start = performance.now();
    const { regions } = await pipeline.analyze(example);
    const total = performance.now() - start;
    const { runMs } = await pipeline.statistics();
    texts = regions.filter(({ sentence }) => sentence !== null).length;
    if (i > 0) samples.push({ total, raw: runMs - before.runMs });
  }
  await pipeline.dispose();
  const over = median(samples.map(({ total, raw }) => total / raw));
  const seconds = median(samples.map(({ total }) => total)) / 1000;
  return {
    ...frame,
    method: `Random weights: Faster R-CNN with ResNet-50 on 512 px, GPT-2 medium (4 beams, ${tokens} tokens a text), R-CLIP with ResNet-50. ${pictures} pictures (512 x 512 JPEG) after one; "raw" as above.`,
    rows: [
      [`a picture with ${texts} texts, s (median)`, rounded(seconds), ''],
      ['over raw runs (median of ratios)', rounded(over), '<= 1.10'],
    ],
  };
}
