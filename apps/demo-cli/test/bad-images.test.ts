import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Analysis, analysisSchema } from '../src/index.js';
import { ADULT, type CommandResult, jsonLines, spawnCxr } from './run-cxr.js';
import { writeTinyModels } from './tiny-models.js';

const SIDE = 96;

/** A PNG whose header says 20,000 x 20,000, with nothing to show for it. */
function hugePng(): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(20_000, 0);
  header.writeUInt32BE(20_000, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from('789c030000000001', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A smooth picture with a wide histogram, `channels` alike. */
function gradient(channels: 3 | 4, tint = 1): Sharp {
  const data = Buffer.alloc(SIDE * SIDE * channels);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const level = 20 + Math.round((200 * (i % SIDE)) / SIDE);
    const color = [level, level * tint, level * tint, 255].map(Math.round);
    for (let c = 0; c < channels; c++) data[i * channels + c] = color[c];
  }
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels } });
}

function depth16(): Sharp {
  const data = Uint16Array.from({ length: SIDE * SIDE }, (_, i) => 600 * (i % SIDE));
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 1 } }).toColourspace('grey16');
}

async function animation(): Promise<Buffer> {
  const frames = [30, 200].map((level) => ({
    create: {
      width: SIDE,
      height: SIDE,
      channels: 3 as const,
      background: { r: level, g: level, b: level },
    },
  }));
  const pages = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()));
  return await sharp(pages, { join: { animated: true } })
    .webp()
    .toBuffer();
}

describe('pictures that are not what they should be, all in one run', () => {
  let folder: string;
  let models: string;
  let run: CommandResult;
  let results: Map<string, Analysis>;
  const warningsOf = (name: string): string[] =>
    results.get(name)?.warnings.map(({ code }) => code) ?? ['no result'];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxr-bad-'));
    models = join(folder, 'models');
    await writeTinyModels(models);
    const jpeg = await readFile(ADULT);
    const files: Record<string, Uint8Array | string> = {
      'zero.png': '',
      'text.png': 'This is no picture.\n',
      'cut.jpg': jpeg.subarray(0, jpeg.length / 2),
      'huge.png': hugePng(),
      'one-pixel.png': await sharp({
        create: { width: 1, height: 1, channels: 3, background: '#777' },
      })
        .png()
        .toBuffer(),
      'alpha.png': await gradient(4).png().toBuffer(),
      'cmyk.jpg': await gradient(3).toColourspace('cmyk').jpeg().toBuffer(),
      'deep.png': await depth16().png().toBuffer(),
      'animated.webp': await animation(),
      'photograph.jpg': await gradient(3, 0.3).jpeg().toBuffer(),
      'good.jpg': jpeg,
    };
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    await mkdir(join(folder, 'empty'));
    const names = [...Object.keys(files), 'missing.png', 'empty', 'nothing-*.png'];
    run = await spawnCxr(
      'analyze',
      ...names.map((name) => join(folder, name)),
      '--json',
      '--models',
      models,
    );
    results = new Map(
      jsonLines<Analysis>(run.stdout).map((result) => [
        (result.image.path ?? '').split('/').at(-1) ?? '',
        result,
      ]),
    );
  }, 120_000);

  it('does the rest, names each failure and exits with 1', () => {
    expect(run.code).toBe(1);
    expect([...results.keys()].sort()).toEqual(
      [
        ...['alpha.png', 'animated.webp', 'cmyk.jpg', 'deep.png', 'good.jpg'],
        ...['one-pixel.png', 'photograph.jpg'],
      ].sort(),
    );
    for (const result of results.values()) analysisSchema.parse(result);
    expect(run.stderr).toContain('7 of 14 failed.');
  });

  it.each([
    ['missing.png', 'there is no such file'],
    ['empty', 'hold no picture. Pictures have one of the extensions .png, .jpg'],
    ['nothing-*.png', 'no file fits this pattern'],
    ['zero.png', 'it is empty (zero bytes)'],
    ['text.png', 'got text, whatever its file name says'],
    ['cut.jpg', 'damaged or cut short'],
    ['huge.png', '20000 x 20000 is 400 megapixels, above the limit of 100 megapixels'],
  ])('%s: %s', (name, words) => {
    const line = run.stderr
      .split('\n')
      .find((text) => text.startsWith('failed:') && text.includes(name));
    expect(line).toContain(words);
  });

  it('warns of a colour photograph, an animation, transparency and a tiny picture', () => {
    expect(warningsOf('photograph.jpg')).toContain('colour');
    expect(warningsOf('animated.webp')).toContain('animated');
    expect(warningsOf('one-pixel.png')).toContain('tiny');
    expect(warningsOf('alpha.png')).not.toContain('no result');
    expect(warningsOf('cmyk.jpg')).not.toContain('no result');
  });

  it('warns, with the reason, when the regions are not those of a frontal chest X-ray', () => {
    // Random weights find next to nothing, as trained ones do in a lateral view.
    const [warning] =
      results
        .get('good.jpg')
        ?.warnings.filter(({ code }) => code === 'not-frontal' || code === 'nothing-detected') ??
      [];
    expect(warning?.message).toMatch(/not be a chest X-ray|lateral view/);
  });

  it('keeps the pixels of 16 bits apart from those of 8', () => {
    expect(results.get('deep.png')?.image).toMatchObject({ width: SIDE, height: SIDE });
  });
});
