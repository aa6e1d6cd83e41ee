import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ANATOMICAL_REGIONS,
  createRandom,
  type DetectedRegion,
  type RegionDetector,
} from '@cxrkit/core';
import { createTokenizer, type TokenizerJson, trainByteBpe } from '@cxrkit/core/tokenizer';
import type { TrainingResult } from '@cxrkit/nn/train';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertReportGenerator } from '../convert/convert-report-generator.js';
import {
  exportReportGenerator,
  type ReportGeneratorMeta,
} from '../convert/export-report-generator.js';
import type { ReportEvent } from '../generation/generated-report.js';
import { loadReportGenerator } from '../load-report-generator.js';
import { type ReportGeneratorConfig, RGRG } from '../network/config.js';
import type { ReportGenerator } from '../report-generator.js';
import type { RegionExample } from './region-example.js';
import {
  type TrainReportGeneratorOptions,
  trainReportGenerator,
} from './train-report-generator.js';

const SENTENCES = [
  'The right lung is clear.',
  'There is a small pleural effusion.',
  'The heart is mildly enlarged.',
  'No pneumothorax is seen.',
];
const FEATURES = 8;
const UPDATES = 150;
const random = createRandom(3);

/** The first four features tell the sentence, the fifth that it is abnormal, the sixth that nothing is to be said. */
function featuresOf(kind: number): Float32Array {
  const features = Float32Array.from({ length: FEATURES }, () => 0.1 * random.normal());
  features[kind < SENTENCES.length ? kind : 5] += 1;
  if (kind === 1 || kind === 2) features[4] += 1;
  return features;
}

const examples: RegionExample[] = Array.from({ length: 40 }, (_, picture) => ({
  split: picture < 32 ? 'train' : 'val',
  regions: Array.from({ length: 6 }, (_, i) => {
    const kind = random.integer(SENTENCES.length + 2);
    return {
      index: (5 * i + picture) % 29,
      features: featuresOf(kind),
      detected: i < 5,
      sentences: kind < SENTENCES.length ? [SENTENCES[kind]] : [],
      abnormal: kind === 1 || kind === 2,
    };
  }),
}));

function detected(kinds: Readonly<Record<number, number>>): DetectedRegion[] {
  return ANATOMICAL_REGIONS.map((name, index) =>
    index in kinds
      ? { name, detected: true, score: 0.9, box: [0, 0, 9, 9], features: featuresOf(kinds[index]) }
      : { name, detected: false, score: 0, box: null, features: new Float32Array(FEATURES) },
  );
}

const meta: ReportGeneratorMeta = {
  name: 'tiny',
  version: '0.0.1',
  licence: { weights: 'Apache-2.0', data: [] },
  provenance: { command: 'vitest', date: '2026-01-01', trainingData: [] },
  scores: [],
  intendedUse: 'Tests.',
};

describe('a report generator trained on regions that tell their sentence', () => {
  let tokenizer: TokenizerJson;
  let options: Omit<TrainReportGeneratorOptions, 'runFolder'>;
  let result: TrainingResult;
  let runFolder: string;
  let model: string;

  beforeAll(async () => {
    tokenizer = trainByteBpe(SENTENCES, {
      vocabulary: 290,
      specialTokens: ['<|endoftext|>'],
      padToken: '<|endoftext|>',
    });
    const config: ReportGeneratorConfig = {
      ...RGRG,
      regionFeatures: FEATURES,
      classifierWidths: [32, 16],
      width: 32,
      layers: 2,
      heads: 2,
      mlp: 64,
      vocabulary: createTokenizer(tokenizer).vocabularySize,
      bosTokenId: 0,
      eosTokenId: 0,
      maxLength: 40,
      beams: 3,
      earlyStopping: false,
    };
    options = {
      config,
      tokenizer,
      examples,
      updates: UPDATES,
      pictures: 8,
      texts: 16,
      learningRate: 5e-3,
      seed: 5,
      evaluate: { every: 50 },
      threads: 1,
    };
    runFolder = await mkdtemp(join(tmpdir(), 'cxrkit-report-'));
    result = await trainReportGenerator({ ...options, runFolder });
    model = join(runFolder, 'model');
    await exportReportGenerator({ out: model, weights: result.weights, config, tokenizer, meta });
  }, 120_000);

  it('learns: losses fall, validation finds what is to be said', () => {
    const losses = result.curve.flatMap((point) => (point.losses ? [point.losses] : []));
    expect(losses).toHaveLength(UPDATES);
    expect(losses[0].language).toBeGreaterThan(4);
    expect(losses.at(-1)?.language).toBeLessThan(0.1);
    const evaluations = result.curve.flatMap((point) =>
      point.evaluation ? [point.evaluation] : [],
    );
    expect(evaluations).toHaveLength(3);
    expect(evaluations[2].language).toBeLessThan(0.2);
    expect(evaluations[2].loss).toBeLessThan(evaluations[0].loss);
    expect(evaluations[2].selection_f1).toBeGreaterThan(0.9);
    expect(evaluations[2].abnormality_recall).toBeGreaterThan(0.9);
  });

  it('goes on to the same curve after it was stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cxrkit-report-'));
    const stop = new AbortController();
    const first = trainReportGenerator({
      ...options,
      runFolder: folder,
      signal: stop.signal,
      onProgress: ({ phase, completed }) => {
        if (phase === 'train' && completed === 20) stop.abort();
      },
    });
    await expect(first).rejects.toThrow('aborted');
    const second = await trainReportGenerator({ ...options, runFolder: folder });
    expect(second.curve).toEqual(result.curve);
  }, 120_000);

  describe('exported as float16 and loaded', () => {
    let generator: ReportGenerator;
    beforeAll(async () => {
      generator = await loadReportGenerator({ model, device: 'cpu', threads: 1 });
      return () => generator.dispose();
    });

    it('writes the sentence of each region, in order, and says what was left out', async () => {
      const regions = detected({ 0: 0, 7: 3, 8: 5, 14: 1, 24: 2, 26: 2 }).reverse();
      const report = await generator.generateReport(regions);
      expect(report.report).toBe(
        'The right lung is clear. No pneumothorax is seen. There is a small pleural effusion. The heart is mildly enlarged.',
      );
      expect(report.regions.map(({ name }) => name)).toEqual(ANATOMICAL_REGIONS);
      expect(report.regions[0]).toMatchObject({ detected: true, selected: true, score: 0.9 });
      expect(report.regions[0].sentence).toBe(SENTENCES[0]);
      expect(report.regions[0].beamScore).toBeGreaterThan(-0.5);
      expect(report.regions[8]).toMatchObject({ selected: false, sentence: null, beamScore: null });
      expect(report.regions[14].abnormalityLogit).toBeGreaterThan(0);
      expect(report.regions[1]).toMatchObject({ detected: false, selectionLogit: null });
      expect(report.removed).toMatchObject([{ region: 'right atrium', rule: 'exact' }]);
      expect(report).toMatchObject({ similarity: 'lexical', warnings: [], boxes: [] });
    });

    it.each(['greedy', 'sample'] as const)('decodes by %s, too', async (decoding) => {
      const options = { decoding, temperature: 0.5, topP: 0.9, seed: 1 };
      const report = await generator.generateReport(detected({ 3: 1 }), options);
      expect(report.report).toBe(SENTENCES[1]);
    });

    it('writes about the regions that the caller chooses, and warns of those it did not see', async () => {
      const report = await generator.generateReport(detected({ 0: 0, 24: 2 }), {
        regions: ['cardiac silhouette', 'abdomen'],
      });
      expect(report.report).toBe(SENTENCES[2]);
      expect(report.regions[0].selected).toBe(false);
      expect(report.warnings).toEqual([
        {
          code: 'region-not-detected',
          message: 'Nothing is written about abdomen: not detected in this picture.',
        },
      ]);
    });

    it('gives an empty report with a warning when nothing is selected or detected', async () => {
      const none = await generator.generateReport(detected({ 4: 5 }));
      expect(none.report).toBe('');
      expect(none.warnings.map(({ code }) => code)).toEqual(['nothing-selected']);
      const blank = await generator.generateReport(detected({}));
      expect(blank.warnings.map(({ code }) => code)).toEqual([
        'nothing-detected',
        'nothing-selected',
      ]);
    });

    it('writes more places than fit into one step the same as alone', async () => {
      const kinds = Object.fromEntries(ANATOMICAL_REGIONS.map((_, i) => [i, i % 4]));
      const regions = detected(kinds);
      const all = await generator.generateReport(regions, { beams: 4 });
      expect(all.regions.map(({ sentence }) => sentence)).toEqual(
        ANATOMICAL_REGIONS.map((_, i) => SENTENCES[i % 4]),
      );
      const alone = await generator.generateReport(regions, { beams: 4, regions: ['abdomen'] });
      expect(alone.regions[28].beamScore).toBeCloseTo(all.regions[28].beamScore ?? 0, 4);
    });

    it('streams regions, growing texts, ends and the report', async () => {
      const events: ReportEvent[] = [];
      const progress: number[] = [];
      const stream = generator.streamReport(detected({ 0: 0, 14: 1 }), {
        onProgress: ({ completed }) => progress.push(completed),
      });
      for await (const event of stream) events.push(event);
      expect(events[0].type).toBe('regions-selected');
      let text = '';
      for (const event of events)
        if (event.type === 'text-delta' && event.region === 'left costophrenic angle') {
          text = text.slice(0, event.keep) + event.delta;
          expect(text).toBe(event.text);
        }
      expect(text).toBe(SENTENCES[1]);
      const ends = events.filter(({ type }) => type === 'sentence-end');
      expect(ends).toHaveLength(2);
      expect(progress).toEqual([1, 2]);
      const last = events.at(-1);
      expect(last?.type === 'report-end' && last.result.report).toBe(
        `${SENTENCES[0]} ${SENTENCES[1]}`,
      );
    });

    it('stops between tokens when aborted', async () => {
      const stop = new AbortController();
      const stream = generator.streamReport(detected({ 0: 0 }), { signal: stop.signal });
      let deltas = 0;
      const drain = async (): Promise<void> => {
        for await (const event of stream)
          if (event.type === 'text-delta' && ++deltas === 2) stop.abort();
      };
      await expect(drain()).rejects.toThrow('aborted');
      expect(deltas).toBe(2);
    });

    it('warns of a text that is cut', async () => {
      const report = await generator.generateReport(detected({ 0: 0 }), { maxLength: 3 });
      expect(report.warnings.map(({ code }) => code)).toEqual(['text-cut']);
      await expect(generator.generateReport(detected({ 0: 0 }), { maxLength: 99 })).rejects.toThrow(
        'maxLength',
      );
    });

    it('refuses pictures without a detector, boxes without a picture and strange features', async () => {
      const picture = { width: 9, height: 9, data: new Uint8Array(81) };
      const box = { box: [0, 0, 5, 5] as const };
      await expect(generator.generateReport(picture)).rejects.toThrow('detector');
      await expect(generator.generateReport([], { boxes: [box] })).rejects.toThrow('picture');
      await expect(
        generator.generateReport([{ ...detected({ 0: 0 })[0], features: new Float32Array(3) }]),
      ).rejects.toThrow('Expected 8 numbers');
    });
  });

  it('describes a picture and the boxes drawn into it with an injected detector', async () => {
    const detector: RegionDetector = {
      detect: async () => ({
        regions: detected({ 0: 0 }),
        warnings: [{ code: 'tiny', message: 'A small picture.' }],
      }),
      describe: async (_, boxes) => boxes.map(([x0]) => featuresOf(x0)),
    };
    await using generator = await loadReportGenerator({
      model,
      detector,
      device: 'cpu',
      threads: 1,
    });
    const picture = { width: 9, height: 9, data: new Uint8Array(81) };
    const report = await generator.generateReport(picture, {
      boxes: [{ box: [2, 0, 5, 5] }, { name: 'my box', box: [3, 0, 5, 5] }],
    });
    expect(report.report).toBe([0, 2, 3].map((kind) => SENTENCES[kind]).join(' '));
    expect(report.boxes).toMatchObject([
      { name: 'box 1', box: [2, 0, 5, 5], sentence: SENTENCES[2] },
      { name: 'my box', sentence: SENTENCES[3] },
    ]);
    expect(report.sentences.at(-1)?.regions).toEqual(['my box']);
    expect(report.warnings).toEqual([{ code: 'tiny', message: 'A small picture.' }]);
    await generator.dispose();
    await expect(generator.generateReport(picture)).rejects.toThrow('after dispose');
  });

  it('converts the weights file of the run to the same model', async () => {
    const out = join(runFolder, 'converted');
    const checkpoint = join(runFolder, 'weights.safetensors');
    await convertReportGenerator({ checkpoint, tokenizer, out, meta });
    const graph = (folder: string) => readFile(join(folder, 'lm_step.onnx'));
    expect((await graph(out)).equals(await graph(model))).toBe(true);
  });

  it('freezes all of GPT-2 but what the picture enters by', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cxrkit-report-'));
    const { weights } = await trainReportGenerator({
      ...options,
      runFolder: folder,
      updates: 2,
      initialWeights: result.weights,
      freezeLanguageModel: true,
    });
    const changed = [...weights].filter(
      ([name, { data }]) => String(data) !== String(result.weights.get(name)?.data),
    );
    const names = changed.map(([name]) => name);
    expect(names.some((name) => name.endsWith('attn.uk.weight'))).toBe(true);
    expect(names.filter((name) => !/^binary|feature_space|\.u[kv]\./.test(name))).toEqual([]);
  });

  it('refuses examples of another width, and none to learn from', async () => {
    const folder = join(runFolder, 'refused');
    const run = (change: Partial<TrainReportGeneratorOptions>) =>
      trainReportGenerator({ ...options, runFolder: folder, ...change });
    const short = { ...examples[0].regions[0], features: new Float32Array(3) };
    await expect(run({ examples: [{ split: 'train', regions: [short] }] })).rejects.toThrow(
      'Expected 8 numbers (config.regionFeatures)',
    );
    await expect(run({ examples: [] })).rejects.toThrow('none');
    await expect(run({ config: { ...options.config, vocabulary: 50 } })).rejects.toThrow(
      'vocabulary',
    );
  });
});
