import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type ProgressEvent, type Tensor } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { type TokenizerJson, trainByteBpe } from '@cxrkit/core/tokenizer';
import { initializeWeights } from '@cxrkit/nn/train';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportReportGenerator } from './convert/export-report-generator.js';
import { loadReportGenerator } from './load-report-generator.js';
import { type ReportGeneratorConfig, RGRG } from './network/config.js';
import { inferenceGraphs } from './network/graphs.js';

const config: ReportGeneratorConfig = {
  ...RGRG,
  regionFeatures: 4,
  classifierWidths: [4, 2],
  width: 8,
  layers: 1,
  heads: 2,
  mlp: 8,
  vocabulary: 260,
  bosTokenId: 0,
  eosTokenId: 0,
  maxLength: 200,
};

describe('loadReportGenerator', () => {
  let folder: string;
  let model: string;
  let tokenizer: TokenizerJson;

  /** A copy of the model with something spoilt. */
  async function spoilt(spoil: (path: string) => Promise<void>): Promise<string> {
    const path = join(folder, `spoilt-${createRandom(Date.now()).integer(1e9)}`);
    await cp(model, path, { recursive: true });
    await spoil(path);
    return path;
  }

  async function editManifest(path: string, edit: (text: string) => string): Promise<void> {
    const file = join(path, 'model.json');
    await writeFile(file, edit(await readFile(file, 'utf8')));
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-load-'));
    model = join(folder, 'model');
    tokenizer = trainByteBpe(['a b'], {
      vocabulary: 260,
      specialTokens: ['<|endoftext|>'],
      padToken: '<|endoftext|>',
    });
    const weights = new Map<string, Tensor>(
      Object.values(inferenceGraphs(config)).flatMap((graph) => [
        ...initializeWeights(graph.parameters, 1),
      ]),
    );
    await exportReportGenerator({
      out: model,
      weights,
      config,
      tokenizer,
      meta: {
        name: 'random',
        version: '0.0.1',
        licence: { weights: 'Apache-2.0', data: [] },
        provenance: { command: 'vitest', date: '2026-01-01', trainingData: [] },
        scores: [],
        intendedUse: 'Tests.',
      },
    });
  });

  it('tells config, manifest, device and progress', async () => {
    const events: ProgressEvent[] = [];
    const options = {
      model,
      device: 'cpu' as const,
      onProgress: (e: ProgressEvent) => events.push(e),
    };
    await using generator = await loadReportGenerator(options);
    expect(generator.config).toEqual(config);
    expect(generator.manifest.name).toBe('random');
    expect(generator.device).toBe('cpu');
    expect(events.map(({ completed, total }) => [completed, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('leaves a runtime that was given open', async () => {
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const generator = await loadReportGenerator({ model, runtime });
    await generator.dispose();
    await using again = await loadReportGenerator({ model, runtime });
    expect((await again.generateReport([])).report).toBe('');
  });

  it('takes tuned thresholds from the manifest', async () => {
    const path = await spoilt((copy) =>
      editManifest(copy, (text) => text.replace('"selection": -1', '"selection": 99')),
    );
    await using generator = await loadReportGenerator({ model: path, device: 'cpu' });
    expect(generator.config.selectionThreshold).toBe(99);
  });

  it('refuses folders that are missing, damaged, of another stage or configuration', async () => {
    const load = async (spoil: (path: string) => Promise<void>) =>
      loadReportGenerator({ model: await spoilt(spoil), device: 'cpu' });
    const edited = (from: string, to: string) =>
      load((path) => editManifest(path, (text) => text.replace(from, to)));
    await expect(loadReportGenerator({ model: join(folder, 'none') })).rejects.toThrow(
      'model.json',
    );
    await expect(load((path) => rm(join(path, 'lm_step.onnx')))).rejects.toThrow('is missing');
    const swap = (path: string) => cp(join(path, 'image_kv.onnx'), join(path, 'lm_step.onnx'));
    await expect(load(swap)).rejects.toThrow('lm_step.onnx has');
    await expect(edited('"stage": "report-gen"', '"stage": "detector"')).rejects.toThrow('stage');
    await expect(edited('"heads": 2', '"heads": 3')).rejects.toThrow('heads: must divide width');
    await expect(edited('"layers": 1', '"layers": 1.5')).rejects.toThrow('layers');
    await expect(edited('"vocabulary": 260', '"vocabulary": 250')).rejects.toThrow(
      "expected at most the model's 250",
    );
  });

  it('stops when aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(loadReportGenerator({ model, signal })).rejects.toThrow('aborted');
  });
});
