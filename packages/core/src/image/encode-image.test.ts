import sharp from 'sharp';
import { expect, it } from 'vitest';
import { InvalidInputError } from '../errors.js';
import { encodeJpeg, encodePng } from './encode-image.js';
import { readImage } from './read-image.js';

it('round-trips a grey image as a one-channel PNG', async () => {
  const image = { width: 70, height: 90, data: Uint8Array.from({ length: 6300 }, (_, i) => i) };
  const decoded = await readImage(await encodePng(image));
  expect(decoded.source).toMatchObject({ format: 'png', channels: 1, bitDepth: 8 });
  expect(decoded.image.data).toEqual(image.data);
});

it('writes a grey image as a one-channel JPEG near to it', async () => {
  const data = Uint8Array.from({ length: 6400 }, (_, i) => 40 + (i % 80) + Math.floor(i / 80));
  const jpeg = await encodeJpeg({ width: 80, height: 80, data });
  const decoded = await readImage(jpeg);
  expect(decoded.source).toMatchObject({ format: 'jpeg', channels: 1, bitDepth: 8 });
  const most = decoded.image.data.reduce(
    (far, level, i) => Math.max(far, Math.abs(level - data[i])),
    0,
  );
  expect(most).toBeLessThan(12);
  const coarse = await encodeJpeg({ width: 80, height: 80, data }, 20);
  expect(coarse.length).toBeLessThan(jpeg.length);
});

it('writes an RGB image with its colours', async () => {
  const data = Uint8Array.from([255, 0, 0, 0, 255, 0]);
  const png = await encodePng({ width: 2, height: 1, data });
  expect(new Uint8Array(await sharp(png).raw().toBuffer())).toEqual(data);
});

it('refuses data that fits neither', async () => {
  await expect(encodePng({ width: 2, height: 2, data: new Uint8Array(5) })).rejects.toBeInstanceOf(
    InvalidInputError,
  );
});
