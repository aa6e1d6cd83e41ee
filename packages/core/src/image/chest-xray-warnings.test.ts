import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { chestXrayWarnings } from './chest-xray-warnings.js';
import type { GrayImage } from './gray-image.js';
import { readImage } from './read-image.js';

describe('chestXrayWarnings', () => {
  it('doubts a nearly uniform picture', () => {
    const random = createRandom(1);
    expect(codes(picture(() => 120 + random.integer(20)))).toEqual(['low-contrast']);
    expect(codes(picture(() => 0))).toEqual(['low-contrast']);
  });

  it('doubts a page of text, line art and a mostly black screen', () => {
    expect(codes(picture((i) => (i % 9 === 0 ? 0 : 255)))).toEqual(['unusual-histogram']);
    expect(codes(picture((i) => (i % 2 === 0 ? 10 : 240)))).toEqual(['unusual-histogram']);
    expect(codes(picture((i) => (i % 10 === 0 ? i % 256 : 0)))).toEqual(['unusual-histogram']);
  });

  it('does not doubt a broad histogram, nor a flat but real film', () => {
    expect(codes(picture((i) => i % 256))).toEqual([]);
    expect(codes(picture((i) => 90 + (i % 60)))).toEqual([]);
  });
});

const DATA = join(import.meta.dirname, '../../../../../shared/data');
const FOLDERS = ['nih', 'kermany', 'hannover-covid', 'vqa-rad'];

describe('real chest X-rays', () => {
  it.skipIf(!exists(DATA))('raise no doubt (skipped without ../shared/data)', async () => {
    for (const folder of FOLDERS) {
      const files = readdirSync(join(DATA, folder, 'images')).slice(0, 12);
      for (const file of files) {
        const { warnings } = await readImage(join(DATA, folder, 'images', file));
        expect(warnings, file).toEqual([]);
      }
    }
  });
});

function picture(level: (pixel: number) => number): GrayImage {
  const data = Uint8Array.from({ length: 100 * 100 }, (_, i) => level(i));
  return { width: 100, height: 100, data };
}

function codes(image: GrayImage): string[] {
  return chestXrayWarnings(image).map(({ code }) => code);
}

function exists(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}
