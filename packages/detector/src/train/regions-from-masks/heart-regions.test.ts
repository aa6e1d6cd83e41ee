import type { GrayImage } from '@cxrkit/core/image';
import { describe, expect, it } from 'vitest';
import type { LungMask } from './lung-mask.js';
import { regionsFromLungMask } from './regions-from-lung-mask.js';

const SIDE = 256;

// Two upright lungs with a gap of 32 columns, drawn at twice the mask's size in the picture.
const mask: LungMask = {
  width: SIDE,
  height: SIDE,
  data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    if (y < 40 || y >= 210) return 0;
    if (x >= 30 && x < 112) return 1;
    return x >= 144 && x < 226 ? 2 : 0;
  }),
};

/** A bright heart from column 96 to column 184 of the mask, over ribs. */
function picture(heart: number, air: number): GrayImage {
  const size = 2 * SIDE;
  const data = Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) / 2, Math.floor(i / size) / 2];
    if (y >= 210 || (x >= 112 && x < 144)) return 220;
    const rib = y % 24 < 8 ? 25 : 0;
    return (y > 100 && x >= 96 && x < 184 ? heart : air) + rib;
  });
  return { width: size, height: size, data };
}

describe('heartRegions', () => {
  it('traces the heart behind the ribs, and the mediastinum over it', () => {
    const regions = regionsFromLungMask(mask, { picture: picture(170, 70) });
    const [x0, y0, x1, y1] = regions.get('cardiac silhouette') ?? [0, 0, 0, 0];
    expect(Math.abs(x0 * SIDE - 96)).toBeLessThan(3);
    expect(Math.abs(x1 * SIDE - 184)).toBeLessThan(3);
    expect(y0 * SIDE).toBeCloseTo(40 + 0.4 * 170, 0);
    expect(y1 * SIDE).toBe(210);
    expect(regions.get('mediastinum')).toEqual([x0, 40 / SIDE, x1, y1]);
  });

  it('says nothing of a heart it cannot see', () => {
    const regions = regionsFromLungMask(mask, { picture: picture(80, 75) });
    expect(regions.has('cardiac silhouette')).toBe(false);
    expect(regions.has('mediastinum')).toBe(false);
    expect(regions.has('spine')).toBe(true);
  });
});
