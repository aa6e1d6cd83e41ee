import { describe, expect, it } from 'vitest';
import { extractFeatures, extractStatistics, type FeatureExtractor } from './feature-extractor.js';
import { featureStatistics } from './feature-statistics.js';

/** Means of quarters: a real, if small, extractor. */
const quarters: FeatureExtractor<readonly number[]> = {
  id: 'quarters',
  extract: async (images) => ({
    dims: [images.length, 2],
    data: Float32Array.from(images.flatMap(([a, b, c, d]) => [(a + b) / 2, (c + d) / 2])),
  }),
};

const images = Array.from({ length: 7 }, (_, i) => [i, i * i, 1, -i]);

async function* stream(): AsyncGenerator<readonly number[]> {
  yield* images;
}

describe('extractors', () => {
  it('give all rows in order, with their name, in batches', async () => {
    const completed: number[] = [];
    const found = await extractFeatures(quarters, stream(), {
      batchSize: 3,
      onProgress: (event) => completed.push(event.completed),
    });
    expect(found).toMatchObject({ dims: [7, 2], extractor: 'quarters' });
    expect([...found.data.slice(4, 6)]).toEqual([3, -0.5]);
    expect(completed).toEqual([3, 6, 7]);
  });

  it('stream into the statistics of the whole', async () => {
    const whole = featureStatistics(await extractFeatures(quarters, images));
    const streamed = await extractStatistics(quarters, stream(), { batchSize: 2 });
    expect(streamed).toMatchObject({ n: 7, d: 2, extractor: 'quarters' });
    for (const [i, value] of (whole.scatter ?? []).entries())
      expect(streamed.scatter?.[i]).toBeCloseTo(value, 12);
    expect(streamed.rows).toBeUndefined();
  });

  it('stop by signal and refuse what breaks the contract', async () => {
    await expect(
      extractFeatures(quarters, images, { signal: AbortSignal.abort() }),
    ).rejects.toThrow('abort');
    await expect(extractFeatures(quarters, [])).rejects.toThrow('at least one image');
    await expect(extractStatistics(quarters, [])).rejects.toThrow('at least one image');
    await expect(extractFeatures(quarters, images, { batchSize: 0 })).rejects.toThrow('batchSize');
    const short = {
      id: 'short',
      extract: async () => ({ dims: [1, 2], data: new Float32Array(2) }),
    };
    await expect(extractFeatures(short, images)).rejects.toThrow('7 rows');
    const broken = {
      id: 'broken',
      extract: async () => ({ dims: [7, 1], data: new Float32Array(7).fill(Number.NaN) }),
    };
    await expect(extractFeatures(broken, images)).rejects.toThrow('finite');
  });
});
