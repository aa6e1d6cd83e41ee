import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageDecodeError, InvalidInputError } from '../errors.js';
import { type ReadImageOptions, readImage } from './read-image.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-bad-image-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('files that are no picture', () => {
  it('refuses a missing file, by name', async () => {
    const path = join(folder, 'missing.png');
    const error = await failure(path);
    expect(error.message).toBe(`Could not read ${path}: there is no such file.`);
    expect(error.path).toBe(path);
  });

  it('refuses a directory', async () => {
    expect((await failure(folder)).message).toContain('is a directory');
  });

  it('refuses a zero-byte file and zero bytes', async () => {
    expect((await failure(await file('empty.png', ''))).message).toContain('empty (zero bytes)');
    const error = await failure(new Uint8Array());
    expect(error.message).toContain('the image bytes');
    expect(error.path).toBeUndefined();
  });

  it('refuses text renamed .png', async () => {
    const error = await failure(await file('text.png', 'PA and lateral views of the chest.\n'));
    expect(error.message).toContain('expected PNG, JPEG, WebP or TIFF, got text');
  });

  it.each([
    ['GIF89a\x01\0', 'a GIF'],
    ['%PDF-1.7\n%\xe2', 'a PDF'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'text'],
    [`${'\0'.repeat(128)}DICM`, 'a DICOM file'],
    ['\x7fELF\x02\x01\x01\0', 'unknown kind'],
  ])('names foreign bytes %#: %s', async (content, kind) => {
    expect((await failure(Buffer.from(content, 'latin1'))).message).toContain(kind);
  });

  it('refuses what is neither path nor bytes', async () => {
    // @ts-expect-error a caller without types
    await expect(readImage(42)).rejects.toBeInstanceOf(InvalidInputError);
    await expect(readImage('x.png', { maxPixels: 0 })).rejects.toBeInstanceOf(InvalidInputError);
  });
});

describe('damaged files', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)(
    'refuses a cut %s instead of filling it with grey',
    async (format) => {
      const whole = await noisy().toFormat(format).toBuffer();
      await expect(readImage(whole)).resolves.toBeDefined();
      for (const share of [0.02, 0.3, 0.7, 0.95]) {
        const cut = whole.subarray(0, Math.floor(whole.length * share));
        const error = await failure(cut);
        expect(error.message).toMatch(/damaged or cut short/);
        expect(error.cause).toBeInstanceOf(Error);
      }
    },
  );

  it('refuses a JPEG file truncated on disk', async () => {
    const path = join(folder, 'truncated.jpg');
    await noisy().jpeg().toFile(path);
    const { length } = await readFile(path);
    await truncate(path, length - 1000);
    expect((await failure(path)).message).toMatch(/truncated\.jpg: the jpeg data is damaged/);
  });

  it('refuses a PNG with a flipped byte', async () => {
    const bytes = await noisy().png().toBuffer();
    bytes[bytes.length >> 1] ^= 0xff;
    expect((await failure(bytes)).message).toContain('damaged');
  });

  it('refuses samples without an agreed grey scale', async () => {
    expect((await failure(floatTiff(64, 64, new Uint8Array(64 * 64 * 4)))).message).toContain(
      'type float',
    );
  });
});

describe('sizes', () => {
  it('refuses 20,000 x 20,000 from the header, stating the limit, with bounded memory', async () => {
    const path = await file('huge.png', hugePng(20_000));
    const before = process.memoryUsage().rss;
    const error = await failure(path);
    expect(error.message).toContain(
      '20000 x 20000 is 400 megapixels, above the limit of 100 megapixels',
    );
    // Decoded, even its one-byte grey would take 400 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('refuses a file longer than any picture within the limit, unread', async () => {
    const path = await file('long.png', '');
    await truncate(path, 3 * 2 ** 30); // sparse
    expect((await failure(path)).message).toContain('3221225472 bytes are more than');
  });

  it('takes the limit of the caller, inclusive', async () => {
    const bytes = await noisy().png().toBuffer(); // 200 x 150
    await expect(readImage(bytes, { maxPixels: 30_000 })).resolves.toBeDefined();
    const error = await failure(bytes, { maxPixels: 29_999 });
    expect(error.message).toContain('200 x 150 is 0.03 megapixels');
  });
});

describe('abort', () => {
  it('throws the reason before and during', async () => {
    const path = join(folder, 'abort.png');
    await noisy().png().toFile(path);
    const reason = new Error('enough');
    await expect(readImage(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    for (const source of [path, await readFile(path)]) {
      const controller = new AbortController();
      const reading = readImage(source, { signal: controller.signal });
      controller.abort(reason);
      await expect(reading).rejects.toBe(reason);
    }
  });
});

async function failure(
  source: string | Uint8Array,
  options?: ReadImageOptions,
): Promise<ImageDecodeError> {
  const error: unknown = await readImage(source, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ImageDecodeError)) throw new Error(`No ImageDecodeError but ${error}`);
  return error;
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function noisy(): Sharp {
  return sharp({
    create: {
      width: 200,
      height: 150,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
}

/** A valid all-black 1-bit PNG. */
function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1; // bit depth
  const rows = Buffer.alloc(side * (1 + Math.ceil(side / 8)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A minimal little-endian TIFF of 32-bit float grey samples. */
function floatTiff(width: number, height: number, samples: Uint8Array): Buffer {
  const entries = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 32],
    [259, 3, 1], // uncompressed
    [262, 3, 1], // black is zero
    [273, 4, 8 + 2 + 10 * 12 + 4],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, samples.length],
    [339, 3, 3], // float
  ];
  const head = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  head.write('II*\0', 0, 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, value], i) => {
    head.writeUInt16LE(tag, 10 + 12 * i);
    head.writeUInt16LE(type, 12 + 12 * i);
    head.writeUInt32LE(1, 14 + 12 * i);
    head.writeUInt32LE(value, 18 + 12 * i);
  });
  return Buffer.concat([head, samples]);
}
