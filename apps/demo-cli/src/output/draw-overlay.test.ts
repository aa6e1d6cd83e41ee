import type { GrayImage } from '@cxrkit/core/image';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sampleAnalysis } from '../../test/sample-analysis.js';
import { drawOverlay } from './draw-overlay.js';
import { KIND_COLORS } from './region-style.js';

function gray(width: number, height: number): GrayImage {
  return { width, height, data: new Uint8Array(width * height).fill(60) };
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): number[];
}

async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] => [
    ...data.subarray(3 * (y * info.width + x)).subarray(0, 3),
  ];
  return { width: info.width, height: info.height, at };
}

const rgb = (hex: string): number[] =>
  [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));

describe('drawOverlay', () => {
  it('draws boxes where they are, in the colours of their sides, and leaves the picture between them alone', async () => {
    // 100 pixels are enlarged to 1000.
    const overlay = await pixelsOf(await drawOverlay(gray(100, 100), sampleAnalysis()));
    expect([overlay.width, overlay.height]).toEqual([1480, expect.any(Number)]);
    const top = Math.floor((overlay.height - 1000) / 2);
    const at = (x: number, y: number): number[] => overlay.at(10 * x, top + 10 * y);
    expect(at(10, 80)).toEqual(rgb(KIND_COLORS.right));
    expect(at(90, 80)).toEqual(rgb(KIND_COLORS.left));
    expect(at(25, 50)).toEqual([60, 60, 60]);
  });

  it.each([
    [1, 1],
    [3000, 2],
    [2, 3000],
    [2500, 2048],
  ])('draws a picture of %i x %i', async (width, height) => {
    const { regions, ...rest } = sampleAnalysis();
    const lost = regions.map((region) => ({ ...region, detected: false, box: null }));
    const analysis = { ...rest, regions: lost, image: { path: null, width, height } };
    const overlay = await pixelsOf(await drawOverlay(gray(width, height), analysis));
    expect(overlay.width).toBe(1480);
    expect(overlay.height).toBeLessThanOrEqual(4000);
  });

  it('cuts what would be taller than a picture may be', async () => {
    const warnings = Array.from({ length: 400 }, (_, i) => ({
      code: 'x',
      message: `Warning ${i}.`,
    }));
    const overlay = await pixelsOf(
      await drawOverlay(gray(10, 10), { ...sampleAnalysis(), warnings }),
    );
    expect(overlay.height).toBe(4000);
  });
});
