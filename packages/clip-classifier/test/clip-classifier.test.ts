import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClipConfig,
  type ClipPreprocessing,
  loadClipClassifier,
} from '@cxrkit/clip-classifier';
import { exportClipClassifier } from '@cxrkit/clip-classifier/convert';
import { DEFAULT_AUGMENTATION, trainClipClassifier } from '@cxrkit/clip-classifier/train';
import { createRandom, type LabelledImage } from '@cxrkit/core';
import { encodePng, type GrayImage } from '@cxrkit/core/image';
import { createTokenizer, type TokenizerJson, trainByteBpe } from '@cxrkit/core/tokenizer';
import { beforeAll, describe, expect, it } from 'vitest';

const preprocessing: ClipPreprocessing = { side: 32, mean: [0.5], deviation: [0.25] };
const meta = {
  name: 'test-clip',
  version: '0.0.1',
  licence: { weights: 'Apache-2.0', data: [] },
  provenance: { command: 'test', date: '2026-01-01', trainingData: [] },
  scores: [],
  intendedUse: 'tests',
};

/** Pneumonia is a bright blob in this world. */
function picture(seed: number, blob: boolean): GrayImage {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: 40 * 40 }, () => 80 + random.integer(30));
  if (blob) for (let y = 12; y < 28; y++) data.fill(220, y * 40 + 12, y * 40 + 28);
  return { width: 40, height: 40, data };
}

describe('clip-classifier', () => {
  let folder: string;
  let model: string;
  let config: ClipConfig;
  let tokenizer: TokenizerJson;
  let items: LabelledImage[];
  const train = async (run: string, updates: number): ReturnType<typeof trainClipClassifier> =>
    await trainClipClassifier({
      config,
      preprocessing,
      tokenizer,
      items,
      findings: ['Pneumonia', 'No Finding'],
      runFolder: join(folder, run),
      updates,
      batchSize: 8,
      learningRate: 3e-3,
      ema: 0.9,
      augmentation: { ...DEFAULT_AUGMENTATION, rotation: 2, blur: 0 },
      checkpointEvery: 4,
      seed: 2,
      threads: 1,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-clip-'));
    const texts = [
      'Findings suggesting pneumonia.',
      'There is no pneumonia.',
      'The lungs are clear.',
      'Normal chest radiograph.',
    ];
    tokenizer = trainByteBpe(
      texts.flatMap((text) => Array(20).fill(text)),
      {
        vocabulary: 280,
        specialTokens: ['[PAD]', '[CLS]', '[SEP]'],
        template: ['[CLS]', '[SEP]'],
        padToken: '[PAD]',
        lowercase: true,
      },
    );
    config = {
      image: {
        backbone: {
          kind: 'resnet',
          block: 'basic',
          depths: [1],
          widths: [8],
          strides: [1],
          stemWidth: 8,
        },
        channels: 1,
      },
      text: {
        vocabulary: createTokenizer(tokenizer).vocabularySize,
        width: 16,
        layers: 1,
        heads: 2,
        hidden: 32,
        maxLength: 40,
        epsilon: 1e-5,
      },
      embedding: 16,
    };
    items = await Promise.all(
      Array.from({ length: 24 }, async (_, i) => {
        const image = join(folder, `${i}.png`);
        await writeFile(image, await encodePng(picture(i, i % 2 === 1)));
        const findings = { Pneumonia: (i % 2) as 0 | 1, 'No Finding': ((i + 1) % 2) as 0 | 1 };
        return { image, split: 'train' as const, patient: `${i}`, source: 'test', findings };
      }),
    );
    const { weights } = await train('run', 60);
    model = join(folder, 'model');
    await exportClipClassifier({ out: model, weights, config, preprocessing, tokenizer, meta });
  }, 120_000);

  it('learns a finding, classifies it without a head, and states its temperature', async () => {
    await using classifier = await loadClipClassifier({ model, device: 'cpu', threads: 1 });
    const sick = await classifier.classify(picture(101, true), ['Pneumonia', 'No Finding']);
    const well = await classifier.classify(picture(102, false), ['Pneumonia', 'No Finding']);
    expect(sick.classes[0].probability).toBeGreaterThan(0.7);
    expect(well.classes[0].probability).toBeLessThan(0.3);
    expect(sick.classes[1].probability).toBeLessThan(well.classes[1].probability);
    expect(sick.temperature).toBeCloseTo(classifier.temperature ?? 0, 6);
    const plain = await classifier.classify(picture(101, true), ['Pneumonia'], {
      temperature: 'none',
    });
    expect(plain.temperature).toBeNull();
    expect(Math.abs(plain.classes[0].probability - 0.5)).toBeLessThan(0.39);
  });

  it('retrieves both ways and gives vectors of length 1', async () => {
    await using classifier = await loadClipClassifier({ model, device: 'cpu', threads: 1 });
    const texts = ['There is no pneumonia.', 'Findings suggesting pneumonia.'];
    expect((await classifier.rankTexts(picture(103, true), texts))[0].index).toBe(1);
    const images = [picture(104, false), picture(105, true)];
    expect((await classifier.rankImages(texts[1], images))[0].index).toBe(1);
    const [vector] = await classifier.encodeTexts(['anything at all']);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it('trains a single update', async () => {
    const { curve } = await train('one', 1);
    expect(curve.map(({ learningRate }) => learningRate)).toEqual([3e-3]);
  });

  it('warns of a text that was cut, refuses bad labels and use after dispose', async () => {
    const classifier = await loadClipClassifier({ model, device: 'cpu', threads: 1 });
    const long = Array(30).fill('strange').join(' ');
    const { warnings } = await classifier.classify(picture(1, true), [long]);
    expect(warnings.map(({ code }) => code)).toContain('text-truncated');
    for (const labels of [[], [' '], ['Edema', 'Edema']])
      await expect(classifier.classify(picture(1, true), labels)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
    await classifier.dispose();
    await expect(classifier.classify(picture(1, true), ['Edema'])).rejects.toMatchObject({
      code: 'DISPOSED',
    });
  });
});
