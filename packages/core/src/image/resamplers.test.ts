import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.js';
import { expectAllclose } from '../testing/index.js';
import type { GrayImage, Resampler } from './gray-image.js';
import { resizeArea } from './resize-area.js';
import { resizeBicubic } from './resize-bicubic.js';
import { resizeBilinearAntialias } from './resize-bilinear-antialias.js';
import { resizeLanczos } from './resize-lanczos.js';

// Goldens of OpenCV 4.6, Pillow 9.4 and torch 1.13; tools/fixtures/resamplers.py makes them.

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: string;
}

interface Case extends Picture {
  readonly source: string;
}

const { sources } = fixture<{ sources: Record<string, Picture> }>('sources');

describe.each<[string, Resampler]>([
  ['area', resizeArea],
  ['bilinear', resizeBilinearAntialias],
  ['lanczos', resizeLanczos],
])('%s', (method, resize) => {
  const { cases } = fixture<{ cases: readonly Case[] }>(method);

  it.each(cases)('gives the reference bytes: $source to $width x $height', (golden) => {
    const result = resize(sourceImage(golden.source), golden.width, golden.height);
    expect([result.width, result.height]).toEqual([golden.width, golden.height]);
    expect(Buffer.from(result.data).equals(bytes(golden))).toBe(true);
  });

  it('keeps a constant picture constant at any size', () => {
    const image = { width: 13, height: 9, data: new Uint8Array(117).fill(201) };
    for (const [width, height] of [
      [5, 4],
      [26, 18],
      [13, 3],
      [40, 2],
    ])
      expect(new Set(resize(image, width, height).data)).toEqual(new Set([201]));
  });

  it('refuses sides that are no whole pixels, and data of another length', () => {
    const image = { width: 2, height: 2, data: new Uint8Array(4) };
    expect(() => resize(image, 0, 3)).toThrow(InvalidInputError);
    expect(() => resize(image, 3, 1.5)).toThrow(InvalidInputError);
    expect(() => resize({ ...image, height: 3 }, 1, 1)).toThrow(/6 values/);
  });
});

describe('bicubic', () => {
  const { cases } = fixture<{ cases: readonly Case[] }>('bicubic');

  it.each(cases)('is within 1e-4 of torch: $source to $width x $height', (golden) => {
    const { width, height, data } = sourceImage(golden.source);
    const image = {
      width,
      height,
      data: Float32Array.from(data, (level) =>
        Math.fround(Math.fround(level - Math.fround(101.48761)) / Math.fround(83.43944)),
      ),
    };
    const expected = new Float32Array(new Uint8Array(bytes(golden)).buffer);
    const result = resizeBicubic(image, golden.width, golden.height);
    expectAllclose(result.data, expected, { rtol: 0, atol: 1e-4 });
  });
});

function fixture<T>(name: string): T {
  const path = join(import.meta.dirname, '__fixtures__', `resize-${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function bytes({ data }: Picture): Buffer {
  return Buffer.from(data, 'base64');
}

function sourceImage(name: string): GrayImage {
  const { width, height, data } = sources[name];
  return { width, height, data: Buffer.from(data, 'base64') };
}
