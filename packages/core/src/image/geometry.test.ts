import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.js';
import { centerCrop } from './center-crop.js';
import type { GrayImage } from './gray-image.js';
import { letterbox, toCanvas, toSource } from './letterbox.js';
import { resizeLanczos } from './resize-lanczos.js';
import { resizeShorterSide } from './resize-shorter-side.js';
import { roundHalfEven } from './round-half-even.js';

describe('letterbox', () => {
  it('centres, the odd row at the bottom, and keeps scale and border', () => {
    const result = letterbox(constant(40, 25, 90), 20);
    // 25 * 0.5 = 12.5, half to even: 12 rows, (20 - 12) / 2 = 4 above.
    expect(result).toMatchObject({
      scale: 0.5,
      left: 0,
      top: 4,
      sourceWidth: 40,
      sourceHeight: 25,
    });
    expect(rowsOf(result.image).map((row) => row[0])).toEqual([
      ...Array(4).fill(0),
      ...Array(12).fill(90),
      ...Array(4).fill(0),
    ]);
  });

  it('puts the remainder right and below', () => {
    const { image, left } = letterbox(constant(5, 8, 7), 8, { fill: 3 });
    expect(left).toBe(1);
    expect(rowsOf(image)[0]).toEqual([3, 7, 7, 7, 7, 7, 3, 3]);
  });

  it('leaves a square of that side alone, and enlarges small ones', () => {
    const image = constant(6, 6, 50);
    expect(letterbox(image, 6).image).toEqual(image);
    expect(letterbox(constant(3, 6, 50), 12)).toMatchObject({ scale: 2, left: 3, top: 0 });
  });

  it('rounds half to even as RGRG or truncates as CheXzero', () => {
    // 27 * 0.5 = 13.5: 14, or 13.
    const image = constant(640, 27, 9);
    expect(letterbox(image, 320).top).toBe((320 - 14) / 2);
    const truncated = letterbox(image, 320, { rounding: 'truncate', resize: resizeLanczos });
    expect(truncated.top).toBe(Math.floor((320 - 13) / 2));
  });

  it('keeps a sliver at least one pixel wide', () => {
    expect(letterbox(constant(2000, 1, 255), 512).image.data.reduce((a, b) => a + b, 0)).toBe(
      512 * 255,
    );
  });

  it('refuses sides and fills out of range', () => {
    expect(() => letterbox(constant(2, 2, 0), 0)).toThrow(InvalidInputError);
    expect(() => letterbox(constant(2, 2, 0), 4, { fill: 256 })).toThrow(InvalidInputError);
  });
});

describe('toSource', () => {
  const placement = letterbox(constant(1000, 500, 1), 512);

  it('undoes the placement', () => {
    const box = [100, 50, 900.5, 480] as const;
    const back = toSource(toCanvas(box, placement), placement);
    back.forEach((edge, i) => {
      expect(edge).toBeCloseTo(box[i], 9);
    });
  });

  it('clips to the picture; a box in the border becomes empty', () => {
    expect(toSource([-5, 0, 600, 512], placement)).toEqual([0, 0, 1000, 500]);
    const [, y0, , y1] = toSource([10, 0, 20, 100], placement);
    expect(y1 - y0).toBe(0);
  });
});

describe('centerCrop', () => {
  it('rounds the odd pixel half to even, as torchvision', () => {
    // (5 - 2) / 2 = 1.5 -> 2; (3 - 2) / 2 = 0.5 -> 0.
    expect(rowsOf(centerCrop(counting(5, 3), 2, 2))).toEqual([
      [2, 3],
      [7, 8],
    ]);
  });

  it('borders what is too small with black, the smaller half first', () => {
    expect(rowsOf(centerCrop(counting(1, 3), 4, 1))).toEqual([[0, 1, 0, 0]]);
    expect(rowsOf(centerCrop(constant(1, 1, 8), 2, 3))).toEqual([
      [0, 0],
      [8, 0],
      [0, 0],
    ]);
  });
});

describe('resizeShorterSide', () => {
  it('truncates the longer side', () => {
    const size = ({ width, height }: GrayImage): number[] => [width, height];
    expect(size(resizeShorterSide(constant(300, 200, 1), 224))).toEqual([336, 224]);
    expect(size(resizeShorterSide(constant(230, 333, 1), 224))).toEqual([224, 324]);
    expect(size(resizeShorterSide(constant(50, 50, 1), 20))).toEqual([20, 20]);
  });
});

it('roundHalfEven follows Python', () => {
  const values = [-2.5, -1.5, -0.4, 0.5, 1.5, 2.5, 2.500001, 0.49999999999999994, 127.5];
  expect(values.map((x) => roundHalfEven(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 3, 0, 128]);
});

function constant(width: number, height: number, level: number): GrayImage {
  return { width, height, data: new Uint8Array(width * height).fill(level) };
}

function counting(width: number, height: number): GrayImage {
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => i) };
}

function rowsOf({ width, height, data }: GrayImage): number[][] {
  return Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);
}
