import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImage } from './read-image.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-image-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('files written by OpenCV and Pillow', () => {
  const { pictures } = JSON.parse(
    readFileSync(join(import.meta.dirname, '__fixtures__', 'pictures.json'), 'utf8'),
  ) as { pictures: Record<string, { file: string; levels: string }> };

  it.each(Object.keys(pictures))('%s gives exactly its grey levels', async (name) => {
    const { image } = await readImage(Buffer.from(pictures[name].file, 'base64'));
    expect([image.width, image.height]).toEqual([16, 16]);
    expect([...image.data]).toEqual([...Buffer.from(pictures[name].levels, 'base64')]);
  });

  it('says how a 12-bit range in 16 bits was stretched', async () => {
    const { warnings } = await readImage(Buffer.from(pictures['png-12-in-16-bit'].file, 'base64'));
    expect(warnings.find(({ code }) => code === 'narrow-range')?.message).toContain('300..4095');
    const full = await readImage(Buffer.from(pictures['png-16-bit'].file, 'base64'));
    expect(codes(full)).toEqual(['tiny']);
  });

  it('reports what the file was', async () => {
    const path = join(folder, 'deep.dat');
    await writeFile(path, Buffer.from(pictures['png-16-bit-rgb'].file, 'base64'));
    const { source } = await readImage(path);
    expect(source).toEqual({
      path,
      format: 'png',
      width: 16,
      height: 16,
      channels: 3,
      bitDepth: 16,
    });
    const bytes = await readImage(Buffer.from(pictures['png-gray-alpha'].file, 'base64'));
    expect(bytes.source).toEqual({
      format: 'png',
      width: 16,
      height: 16,
      channels: 2,
      bitDepth: 8,
    });
  });
});

describe('orientation', () => {
  // Left half dark, right half bright; 80 x 64.
  const data = Buffer.from(
    Uint8Array.from({ length: 80 * 64 }, (_, i) => (i % 80 < 40 ? 20 : 220)),
  );
  const upright = (): Sharp => sharp(data, { raw: { width: 80, height: 64, channels: 1 } });

  it.each([
    [1, [80, 64], [20, 220, 20, 220]],
    [2, [80, 64], [220, 20, 220, 20]],
    [3, [80, 64], [220, 20, 220, 20]],
    [6, [64, 80], [20, 20, 220, 220]],
    [8, [64, 80], [220, 220, 20, 20]],
  ])('applies EXIF %i of a JPEG', async (orientation, size, corners) => {
    const bytes = await upright().withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
    const { image, source } = await readImage(bytes);
    expect([image.width, image.height]).toEqual(size);
    expect([source.width, source.height]).toEqual(size);
    const { width, height } = image;
    const at = (x: number, y: number): number => image.data[y * width + x];
    const seen = [at(0, 0), at(width - 1, 0), at(0, height - 1), at(width - 1, height - 1)];
    corners.forEach((level, i) => {
      expect(Math.abs(seen[i] - level)).toBeLessThanOrEqual(2);
    });
  });
});

describe('colour', () => {
  it('keeps grey saved as RGB, without a warning', async () => {
    const levels = gradientLevels(96);
    const bytes = await rgb(96, (i) => [levels[i], levels[i], levels[i]])
      .png()
      .toBuffer();
    const result = await readImage(bytes);
    expect([...result.image.data]).toEqual(levels);
    expect(codes(result)).toEqual([]);
  });

  it('takes the luma of a colour photograph, and warns', async () => {
    const levels = gradientLevels(96);
    const colours = (i: number): number[] => [levels[i], 255 - levels[i], (i * 7) % 256];
    const result = await readImage(await rgb(96, colours).png().toBuffer());
    expect(codes(result)).toEqual(['colour']);
    result.image.data.forEach((level, i) => {
      const [red, green, blue] = colours(i);
      const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
      expect(Math.abs(level - luma)).toBeLessThanOrEqual(0.501);
    });
  });

  it('does not warn of a small coloured mark on a grey picture', async () => {
    const levels = gradientLevels(96);
    const bytes = await rgb(96, (i) => (i < 150 ? [255, 0, 0] : [levels[i], levels[i], levels[i]]))
      .png()
      .toBuffer();
    expect(codes(await readImage(bytes))).toEqual([]);
  });

  it('reads a CMYK JPEG of a grey picture as grey', async () => {
    const levels = gradientLevels(96);
    const bytes = await rgb(96, (i) => [levels[i], levels[i], levels[i]])
      .toColourspace('cmyk')
      .jpeg({ quality: 95 })
      .toBuffer();
    const result = await readImage(bytes);
    expect(result.source).toMatchObject({ format: 'jpeg', channels: 4 });
    expect(codes(result)).toEqual([]);
    // Colour management darkens, but keeps the order of the greys.
    expect(correlation(result.image.data, levels)).toBeGreaterThan(0.99);
  });

  it('lays RGBA over black and says so; an opaque alpha channel changes nothing', async () => {
    const levels = gradientLevels(96);
    const rgba = (alpha: (i: number) => number): Promise<Buffer> =>
      sharp(
        Uint8Array.from({ length: 96 * 96 * 4 }, (_, k) =>
          k % 4 === 3 ? alpha(k >> 2) : levels[k >> 2],
        ),
        { raw: { width: 96, height: 96, channels: 4 } },
      )
        .png()
        .toBuffer();
    const half = await readImage(await rgba((i) => (i % 2 === 0 ? 255 : 51)));
    expect(codes(half)).toEqual(['alpha']);
    expect([...half.image.data]).toEqual(
      levels.map((v, i) => (i % 2 === 0 ? v : Math.round(v / 5))),
    );
    const opaque = await readImage(await rgba(() => 255));
    expect(codes(opaque)).toEqual([]);
    expect([...opaque.image.data]).toEqual(levels);
  });
});

describe('several pictures in one file', () => {
  it('takes the first frame of an animated WebP, and warns', async () => {
    const frames = await Promise.all(
      [60, 200].map((level) =>
        rgb(80, () => [level, level, level])
          .png()
          .toBuffer(),
      ),
    );
    const bytes = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true, loop: 0 })
      .toBuffer();
    const result = await readImage(bytes);
    expect(codes(result)).toEqual(['animated', 'low-contrast']);
    expect([result.image.width, result.image.height]).toEqual([80, 80]);
    expect(new Set(result.image.data)).toEqual(new Set([60]));
  });
});

it('decodes a single pixel, and warns', async () => {
  const bytes = await sharp(Uint8Array.of(9), { raw: { width: 1, height: 1, channels: 1 } })
    .png()
    .toBuffer();
  const result = await readImage(bytes);
  expect(result.image).toEqual({ width: 1, height: 1, data: Uint8Array.of(9) });
  expect(codes(result)).toEqual(['tiny', 'low-contrast']);
});

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
    const [meanX, meanY] = [mean(x), mean(y)];
    return mean(Array.from(x, (value, i) => (value - meanX) * (y[i] - meanY)));
  };
  return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
}

/** Row-major levels of a diagonal ramp over the whole range. */
function gradientLevels(side: number): number[] {
  return Array.from({ length: side * side }, (_, i) =>
    Math.round((((i % side) + Math.floor(i / side)) * 255) / (2 * side - 2)),
  );
}

function rgb(side: number, colour: (pixel: number) => readonly number[]): Sharp {
  const data = Uint8Array.from(
    { length: side * side * 3 },
    (_, k) => colour(Math.floor(k / 3))[k % 3],
  );
  return sharp(data, { raw: { width: side, height: side, channels: 3 } });
}

function codes({ warnings }: { warnings: readonly { code: string }[] }): string[] {
  return warnings.map(({ code }) => code);
}
