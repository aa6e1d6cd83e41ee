import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resampled } from '../score/metric.js';
import type { ImagePair, ImagePixels } from './image-pair.js';
import { msSsim } from './ms-ssim.js';
import { msSsimDiversity } from './ms-ssim-diversity.js';
import { psnr } from './psnr.js';
import { ssim } from './ssim.js';

interface StoredImage {
  readonly h: number;
  readonly w: number;
  readonly u8_base64: string;
}

type SsimCase = Readonly<Record<string, number>> & { readonly a: string; readonly b: string };

const golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/img.json', import.meta.url), 'utf8'),
);
const cases: readonly SsimCase[] = golden.ssim_pairs;

function image(name: string): ImagePixels {
  const { h, w, u8_base64 }: StoredImage = golden.images[name];
  return { width: w, height: h, data: Uint8Array.from(Buffer.from(u8_base64, 'base64')) };
}

function unit({ width, height, data }: ImagePixels): ImagePixels {
  return { width, height, data: Float64Array.from(data).map((value) => value / 255) };
}

function within(actual: number | null, expected: number, tolerance: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThan(tolerance);
}

function scoreOf(metric: ReturnType<typeof ssim>, pair: ImagePair): number | null {
  return metric.finalise(metric.stats(pair));
}

describe.each(cases)('$a and $b', ({ a, b, ...expected }) => {
  const pair = { image: image(a), reference: image(b) };

  it('have the SSIM of each program', () => {
    within(scoreOf(ssim(), pair), expected.ssim_valid11_float64_window, 1e-12);
    within(scoreOf(ssim(), pair), expected.ssim_skimage_wang_gaussian, 1e-12);
    const skimage = ssim({ convention: 'skimage' });
    within(scoreOf(skimage, pair), expected.ssim_skimage_default_uniform7, 1e-12);
    const torch = { convention: 'pytorch-msssim' } as const;
    within(scoreOf(ssim(torch), pair), expected.ssim_pytorch_msssim_valid11, 1e-12);
    const nonNegative = ssim({ ...torch, nonNegative: true });
    within(scoreOf(nonNegative, pair), expected.ssim_pytorch_msssim_nonneg, 1e-12);
  });

  it('have the MS-SSIM, if they are large enough', () => {
    if (Math.min(pair.image.width, pair.image.height) <= 160) {
      expect(() => msSsim().stats(pair)).toThrow('at least 161 pixels');
      expect(expected.ms_ssim_float64_window).toBeUndefined();
      return;
    }
    within(scoreOf(msSsim(), pair), expected.ms_ssim_float64_window, 1e-12);
    const torch = { convention: 'pytorch-msssim' } as const;
    within(scoreOf(msSsim(torch), pair), expected.ms_ssim_pytorch_msssim, 1e-12);
    const two = msSsim({ ...torch, weights: [0.5, 0.5] });
    within(scoreOf(two, pair), expected.ms_ssim_two_equal_levels, 1e-12);
    const one = { image: unit(pair.image), reference: unit(pair.reference) };
    within(scoreOf(msSsim({ ...torch, range: 1 }), one), expected.ms_ssim_0_1_range, 1e-12);
  });

  it('have the signal-to-noise ratio', () => {
    const value = scoreOf(psnr(), pair);
    if (expected.psnr === null) expect(value).toBeNull();
    else within(value, expected.psnr, 1e-12);
    within(psnr().stats(pair)[2] / (pair.image.data.length || 1), expected.mse, 1e-9);
  });
});

describe('colour images', () => {
  const { h, w } = golden.rgb;
  const rgb = (name: 'a' | 'b'): ImagePixels => ({
    width: w,
    height: h,
    channels: 3,
    data: Uint8Array.from(Buffer.from(golden.rgb[name], 'base64')),
  });
  const pair = { image: rgb('a'), reference: rgb('b') };

  it('have the mean SSIM of their channels', () => {
    within(scoreOf(ssim({ convention: 'skimage' }), pair), golden.rgb.ssim_skimage_default, 1e-12);
    within(scoreOf(ssim(), pair), golden.rgb.ssim_skimage_wang, 1e-12);
    const torch = ssim({ convention: 'pytorch-msssim' });
    within(scoreOf(torch, pair), golden.rgb.ssim_pytorch_msssim, 1e-12);
  });
});

describe('diversity', () => {
  const { images, mean, std_ddof0, 'pairs_in_order_i<j': pairs } = golden.diversity_ms_ssim;
  const samples = images.map(image);

  it('equals that of pytorch_msssim', () => {
    const found = msSsimDiversity([samples], { convention: 'pytorch-msssim' });
    within(found.score.value, mean, 1e-12);
    within(found.prompts[0].standardDeviation, std_ddof0, 1e-12);
    for (const [i, value] of found.prompts[0].pairs.entries()) within(value, pairs[i], 1e-12);
    expect(found.standardDeviation).toBe(0);
  });

  it('averages prompts and leaves out those of one sample', () => {
    const same = [samples[0], samples[0]];
    const found = msSsimDiversity([same, [samples[1]], samples.slice(0, 2)]);
    const second = found.prompts[2].mean ?? Number.NaN;
    within(found.score.value, (1 + second) / 2, 1e-12);
    expect(found.prompts[1]).toMatchObject({ mean: null, standardDeviation: null });
    expect(msSsimDiversity([[samples[0]]]).score).toMatchObject({
      value: null,
      reason: 'no prompt has two samples',
    });
  });
});

describe('pairs of images', () => {
  const pair = { image: image('base_192'), reference: image('noise_192') };
  const turned = { image: pair.reference, reference: pair.image };
  const self = { image: pair.image, reference: pair.image };

  it('are alike in both orders, and most with themselves', () => {
    for (const metric of [ssim(), ssim({ convention: 'skimage' }), msSsim()]) {
      within(scoreOf(metric, turned), scoreOf(metric, pair) ?? Number.NaN, 1e-14);
      within(scoreOf(metric, self), 1, 1e-14);
    }
  });

  it('add up, so that they can be resampled', () => {
    const values = resampled(ssim(), [pair, self]);
    const one = scoreOf(ssim(), pair) ?? Number.NaN;
    within(values.value(), (one + 1) / 2, 1e-14);
    within(values.value([3, 0]), one, 1e-14);
    expect(values.value([0, 0])).toBeNull();
    expect(resampled(psnr(), [pair, self]).value()).toBeNull();
    const pooled = resampled(psnr({ aggregation: 'pooled' }), [pair, self]).value();
    within(pooled, (scoreOf(psnr(), pair) ?? Number.NaN) + 10 * Math.log10(2), 1e-12);
  });

  it('are refused where they differ in size, are too small or no numbers', () => {
    const small = { image: image('base_32'), reference: image('noise_32') };
    expect(() => msSsim().stats(small)).toThrow('sides of at least 161 pixels');
    expect(() => ssim().stats({ ...pair, image: small.image })).toThrow('192 x 192');
    const tiny = { width: 5, height: 5, data: new Uint8Array(25) };
    expect(() => ssim().stats({ image: tiny, reference: tiny })).toThrow('at least 11 pixels');
    const short = { width: 12, height: 12, data: new Uint8Array(143) };
    expect(() => ssim().stats({ image: short, reference: short })).toThrow('144 values');
    const bad = { width: 1, height: 2, data: Float32Array.of(0, Number.NaN) };
    expect(() => psnr().stats({ image: bad, reference: bad })).toThrow('data[1]');
    expect(() => msSsim({ weights: [] })).toThrow('weights');
  });
});
