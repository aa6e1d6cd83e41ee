import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANATOMICAL_REGIONS, createRandom, type LabelledImage } from '@cxrkit/core';
import { encodePng, type GrayImage } from '@cxrkit/core/image';
import { OnnxRuntime, OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { type DetectorConfig, loadDetector } from '@cxrkit/detector';
import { exportDetector } from '@cxrkit/detector/convert';
import { trainDetector } from '@cxrkit/detector/train';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const config: DetectorConfig = {
  side: 64,
  backbone: {
    kind: 'resnet',
    block: 'basic',
    depths: [1, 1],
    widths: [8, 16],
    strides: [1, 2],
    stemWidth: 8,
  },
  anchors: { sizes: [12, 20, 32], ratios: [0.7, 1, 1.4] },
  rpnWidth: 16,
  pooledSize: 4,
  headWidth: 32,
  regionFeatures: 8,
  findings: ['Pneumonia'],
  proposals: { beforeSuppression: 100, afterSuppression: 20, iouThreshold: 0.7 },
  mean: 100,
  deviation: 60,
};

const meta = {
  name: 'test-detector',
  version: '0.0.1',
  licence: { weights: 'Apache-2.0', data: [] },
  provenance: { command: 'test', date: '2026-01-01', trainingData: [] },
  scores: [],
  intendedUse: 'tests',
};

/** Two bright rectangles of different heights on grey: a right and a left "lung". */
function picture(seed: number): {
  image: GrayImage;
  boxes01: NonNullable<LabelledImage['boxes01']>;
} {
  const random = createRandom(seed);
  const [width, height] = [80, 60];
  const data = Uint8Array.from({ length: width * height }, () => 90 + random.integer(20));
  const box = (x: number, w: number, h: number): [number, number, number, number] => {
    const y = 8 + random.integer(8);
    for (let row = y; row < y + h; row++) data.fill(200, row * width + x, row * width + x + w);
    return [x / width, y / height, (x + w) / width, (y + h) / height];
  };
  const right = box(8 + random.integer(8), 20, 38);
  const left = box(46 + random.integer(8), 20, 24);
  return { image: { width, height, data }, boxes01: { 'right lung': right, 'left lung': left } };
}

async function examples(folder: string, count: number): Promise<LabelledImage[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const { image, boxes01 } = picture(i);
      const path = join(folder, `${i}.png`);
      await writeFile(path, await encodePng(image));
      return {
        image: path,
        split: 'train' as const,
        patient: `${i}`,
        source: 'test',
        findings: { Pneumonia: (i % 2) as 0 | 1 },
        boxes01,
      };
    }),
  );
}

describe('detector', () => {
  let folder: string;
  let model: string;
  let items: LabelledImage[];
  const train = (
    runFolder: string,
    updates: number,
    signal?: AbortSignal,
    onUpdate?: (update: number) => void,
  ) =>
    trainDetector({
      config,
      items,
      runFolder,
      updates,
      batchSize: 4,
      anchorSamples: 32,
      roiSamples: 16,
      learningRate: 3e-3,
      checkpointEvery: 5,
      seed: 3,
      threads: 1,
      onProgress: ({ completed }) => onUpdate?.(completed),
      ...(signal && { signal }),
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-detector-'));
    items = await examples(folder, 24);
    const { weights } = await train(join(folder, 'run'), 150);
    model = join(folder, 'model');
    await exportDetector({
      out: model,
      weights,
      config,
      trainedRegions: ['right lung', 'left lung'],
      meta,
    });
  }, 120_000);

  it('learns to find two regions and tells them apart', async () => {
    await using detector = await loadDetector({ model, device: 'cpu', threads: 1 });
    const { image, boxes01 } = picture(99);
    const { regions } = await detector.detect(image);
    expect(regions).toHaveLength(ANATOMICAL_REGIONS.length);
    for (const name of ['right lung', 'left lung'] as const) {
      const region = regions.find((one) => one.name === name);
      const [x0, y0, x1, y1] = boxes01[name] ?? [0, 0, 0, 0];
      const wanted = [x0 * 80, y0 * 60, x1 * 80, y1 * 60];
      expect(region?.detected).toBe(true);
      region?.box?.forEach((edge, i) => {
        expect(Math.abs(edge - wanted[i])).toBeLessThan(8);
      });
    }
    expect(regions.filter(({ detected }) => detected)).toHaveLength(2);
  });

  it('describes a drawn box by the features of its place', async () => {
    await using detector = await loadDetector({ model, device: 'cpu', threads: 1 });
    const { image } = picture(99);
    const [one, same, other] = await detector.describe(image, [
      [10, 10, 30, 40],
      [10, 10, 30, 40],
      [45, 5, 75, 30],
    ]);
    expect([...one]).toEqual([...same]);
    expect([...one]).not.toEqual([...other]);
    await expect(detector.describe(image, [[0, 0, 0, 10]])).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('answers one pixel, aborts, and refuses use after dispose', async () => {
    const detector = await loadDetector({ model, device: 'cpu', threads: 1 });
    const dot = { width: 1, height: 1, data: Uint8Array.of(7) };
    expect((await detector.detect(dot)).regions).toHaveLength(29);
    await expect(detector.detect(dot, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
    await detector.dispose();
    await expect(detector.detect(dot)).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  it('leaves no session and no runtime of its own behind when a graph is damaged', async () => {
    const damaged = join(folder, 'damaged');
    await cp(model, damaged, { recursive: true });
    await writeFile(join(damaged, 'roi.onnx'), 'no graph');
    const ended = vi.spyOn(OnnxRuntime.prototype, 'dispose');
    const freed = vi.spyOn(OnnxSession.prototype, 'dispose');
    const refused = { code: 'MODEL_LOAD', message: expect.stringContaining('roi.onnx') };
    await expect(
      loadDetector({ model: damaged, device: 'cpu', threads: undefined }),
    ).rejects.toMatchObject(refused);
    expect([ended.mock.calls.length, freed.mock.calls.length]).toEqual([1, 1]);
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    await expect(loadDetector({ model: damaged, runtime })).rejects.toMatchObject(refused);
    expect([ended.mock.calls.length, freed.mock.calls.length]).toEqual([1, 2]);
    await using detector = await loadDetector({ model, runtime });
    expect((await detector.detect(picture(99).image)).regions).toHaveLength(29);
  });

  it('trains a single update', async () => {
    const { curve } = await train(join(folder, 'one'), 1);
    expect(curve).toHaveLength(1);
    expect(curve[0].learningRate).toBeCloseTo(3e-3, 9);
  });

  it('goes on to the same curve after an interruption', async () => {
    const curve = async (name: string): Promise<string> =>
      await readFile(join(folder, name, 'curve.jsonl'), 'utf8');
    await train(join(folder, 'whole'), 12);
    const stop = new AbortController();
    await expect(
      train(join(folder, 'parts'), 12, stop.signal, (update) => {
        if (update === 7) stop.abort(new Error('enough'));
      }),
    ).rejects.toThrow('enough');
    await train(join(folder, 'parts'), 12);
    expect(await curve('parts')).toBe(await curve('whole'));
  }, 60_000);
});
