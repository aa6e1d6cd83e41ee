import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSupervisedClassifier, type SupervisedConfig } from '@cxrkit/clip-classifier';
import { exportSupervisedClassifier } from '@cxrkit/clip-classifier/convert';
import { DEFAULT_AUGMENTATION, trainSupervisedClassifier } from '@cxrkit/clip-classifier/train';
import { createRandom, InvalidInputError, type LabelledImage, ModelLoadError } from '@cxrkit/core';
import { encodePng, type GrayImage } from '@cxrkit/core/image';
import { beforeAll, describe, expect, it } from 'vitest';

const preprocessing = { side: 32, mean: [0.5], deviation: [0.25] };
const config: SupervisedConfig = {
  backbone: {
    kind: 'resnet',
    block: 'basic',
    depths: [1, 1],
    widths: [8, 16],
    strides: [1, 2],
    stemWidth: 8,
  },
  labels: ['Mass', 'Pneumonia'],
};
const meta = {
  name: 'test-supervised',
  version: '0.0.1',
  licence: { weights: 'Apache-2.0', data: [] },
  provenance: { command: 'test', date: '2026-01-01', trainingData: [] },
  scores: [],
  intendedUse: 'tests',
};

/** Pneumonia is a bright blob in this world; whether there is a mass is never said. */
function picture(seed: number, blob: boolean): GrayImage {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: 40 * 40 }, () => 80 + random.integer(30));
  if (blob) for (let y = 12; y < 28; y++) data.fill(220, y * 40 + 12, y * 40 + 28);
  return { width: 40, height: 40, data };
}

describe('a supervised classifier', { timeout: 60_000 }, () => {
  let folder: string;
  let items: LabelledImage[];
  const train = async (run: string, some = items): ReturnType<typeof trainSupervisedClassifier> =>
    await trainSupervisedClassifier({
      ...{ config, preprocessing, items: some, runFolder: join(folder, run), updates: 30 },
      ...{ batchSize: 8, learningRate: 5e-3, ema: 0.8, seed: 3, threads: 1 },
      augmentation: { ...DEFAULT_AUGMENTATION, erase: 0.1 },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-supervised-'));
    items = await Promise.all(
      Array.from({ length: 16 }, async (_, i): Promise<LabelledImage> => {
        const image = join(folder, `${i}.png`);
        await writeFile(image, await encodePng(picture(i, i % 2 === 0)));
        const findings = { Pneumonia: i % 2 === 0 ? 1 : 0 } as const;
        return { image, source: 'blobs', split: 'train', patient: String(i), findings };
      }),
    );
  });

  it('learns what the labels say, the same way each time', async () => {
    const { averageWeights } = await train('run');
    await train('again');
    const curve = async (run: string): Promise<string> =>
      await readFile(join(folder, run, 'curve.jsonl'), 'utf8');
    expect(await curve('again')).toBe(await curve('run'));
    const out = join(folder, 'model');
    await exportSupervisedClassifier({ out, weights: averageWeights, config, preprocessing, meta });
    await using classifier = await loadSupervisedClassifier({ model: out, device: 'cpu' });
    expect(classifier.labels).toEqual(['Mass', 'Pneumonia']);
    const seen = await Promise.all(
      [true, false].map(async (blob) => await classifier.classify(picture(99, blob))),
    );
    expect(seen[0].Pneumonia).toBeGreaterThan(0.5);
    expect(seen[1].Pneumonia).toBeLessThan(0.5);
  });

  it('needs pictures of the train split', async () => {
    const val = items.map((item): LabelledImage => ({ ...item, split: 'val' }));
    await expect(train('none', val)).rejects.toThrow(InvalidInputError);
  });

  it('refuses the folder of another stage', async () => {
    const other = join(folder, 'nothing');
    await expect(loadSupervisedClassifier({ model: other })).rejects.toThrow(ModelLoadError);
  });
});
