import { readFileSync } from 'node:fs';
import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { resampled } from '../score/metric.js';
import { clipScore } from './clip-score.js';
import type { FeatureMatrix } from './features.js';
import { infoNce } from './info-nce.js';
import { meanRank, meanReciprocalRank, medianRank, recallAt, retrievalRanks } from './retrieval.js';

const { clip } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/img.json', import.meta.url), 'utf8'),
);

function matrix(rows: readonly (readonly number[])[]): FeatureMatrix {
  return { dims: [rows.length, rows[0].length], data: Float64Array.from(rows.flat()) };
}

function close(actual: number | null, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThan(1e-12 * Math.max(1, expected));
}

describe('clipScore', () => {
  const pairs = (clip.image as number[][]).map((image, i) => ({
    image,
    text: clip.text[i] as number[],
  }));

  it('equals torchmetrics and the paper', () => {
    close(resampled(clipScore(), pairs).value(), clip.clipscore_torchmetrics_mean_100cos);
    const paper = resampled(clipScore({ convention: 'paper' }), pairs);
    close(paper.value(), clip['clipscore_paper_w2.5']);
    for (const [i, pair] of pairs.entries())
      close(clipScore().stats(pair)[0], 100 * clip.cosine_diag[i]);
  });

  it('clips the mean by one convention and each pair by the other', () => {
    const opposed = [
      { image: [1, 0], text: [-1, 0] },
      { image: [1, 0], text: [2, 0] },
      { image: [0, 3], text: [0, 1] },
    ];
    close(resampled(clipScore(), opposed).value(), 100 / 3);
    close(resampled(clipScore({ convention: 'paper' }), opposed).value(), 5 / 3);
    expect(resampled(clipScore(), opposed.slice(0, 1)).value()).toBe(0);
    expect(resampled(clipScore(), []).value()).toBeNull();
  });

  it('refuses embeddings without direction, of two lengths or no numbers', () => {
    expect(() => clipScore().stats({ image: [0, 0], text: [1, 0] })).toThrow('for image');
    expect(() => clipScore().stats({ image: [1], text: [1, 0] })).toThrow('1 values');
    expect(() => clipScore().stats({ image: [1], text: [Number.NaN] })).toThrow('for text');
  });
});

describe('retrieval', () => {
  const ranks = retrievalRanks(matrix(clip.image), matrix(clip.text));

  it.each([
    ['image_to_text', ranks.imageToText],
    ['text_to_image', ranks.textToImage],
  ])('equals the reference: %s', (name, found) => {
    expect([...found]).toEqual(clip[name].ranks);
    for (const k of [1, 5, 10])
      close(resampled(recallAt(k), [...found]).value(), clip[name][`R@${k}`]);
    close(resampled(meanRank(), [...found]).value(), clip[name].mean_rank);
    close(resampled(meanReciprocalRank(), [...found]).value(), clip[name].mrr);
    close(medianRank(found).value(), clip[name].median_rank);
  });

  it('counts better ones, and equal ones before, against the partner', () => {
    const images = matrix([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const texts = matrix([
      [1, 0],
      [1, 1],
      [2, 0],
      [0.6, 0.8],
    ]);
    const found = retrievalRanks(images, texts);
    expect([...found.imageToText]).toEqual([1, 3, 2, 1]);
    expect([...found.textToImage]).toEqual([1, 2, 3, 1]);
    expect(resampled(recallAt(2), [...found.imageToText]).value()).toBe(0.75);
  });

  it('ranks as a sort of more rows than one block', () => {
    const random = createRandom(2);
    const rows = Array.from({ length: 300 }, () => [
      random.normal(),
      random.normal(),
      random.normal(),
    ]);
    const noisy = rows.map((row) => row.map((value) => value + random.normal()));
    const found = retrievalRanks(matrix(rows), matrix(noisy));
    const cosine = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, t) => sum + value * b[t], 0) / Math.hypot(...a) / Math.hypot(...b);
    for (const i of [0, 255, 256, 299]) {
      const better = noisy.filter(
        (row) => cosine(rows[i], row) > cosine(rows[i], noisy[i]) + 1e-12,
      );
      expect(found.imageToText[i]).toBe(better.length + 1);
    }
  });

  it('takes the median of any resample', () => {
    const median = medianRank([9, 1, 4, 2]);
    expect(median.value()).toBe(3);
    expect(median.value([1, 0, 1, 1])).toBe(4);
    expect(median.value([3, 1, 0, 0])).toBe(9);
    expect(median.value([0, 0, 0, 0])).toBeNull();
  });

  it('refuses sides that do not pair', () => {
    expect(() =>
      retrievalRanks(
        matrix([[1, 0]]),
        matrix([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toThrow('1 rows');
    expect(() => retrievalRanks(matrix([[1, 0]]), matrix([[1]]))).toThrow('same length');
    expect(() => retrievalRanks(matrix([[0, 0]]), matrix([[1, 0]]))).toThrow('images[0]');
    const none = { dims: [0, 2], data: new Float64Array(0) };
    expect(() => retrievalRanks(none, none)).toThrow('at least one row');
    expect(() => recallAt(0)).toThrow('for k');
  });
});

describe('infoNce', () => {
  it('equals the reference in both directions', () => {
    const found = infoNce(matrix(clip.image), matrix(clip.text));
    close(found.imageToText.value, clip['infonce_t0.07'].i2t);
    close(found.textToImage.value, clip['infonce_t0.07'].t2i);
    expect(found.imageToText.signature).toBe('infoNce|direction:i2t|temperature:0.07|n:20|v1');
  });

  it('is ln n for what cannot be told apart, and small for what is', () => {
    const same = matrix([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    close(infoNce(same, same).imageToText.value, Math.log(3));
    const apart = matrix([
      [1, 0],
      [0, 1],
    ]);
    close(infoNce(apart, apart).textToImage.value, Math.log(1 + Math.exp(-1 / 0.07)));
    expect(() => infoNce(apart, apart, { temperature: 0 })).toThrow('temperature');
  });
});
