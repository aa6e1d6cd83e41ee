import { InvalidInputError } from '@cxrkit/core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readLungMask } from './read-lung-mask.js';

const COLORS = [
  [0, 0, 0],
  [255, 80, 80],
  [80, 80, 255],
];

function png(colors: readonly (readonly number[])[]): Promise<Buffer> {
  const raw = { width: colors.length, height: 1, channels: 3 } as const;
  return sharp(Uint8Array.from(colors.flat()), { raw }).png({ palette: true }).toBuffer();
}

it('reads the palette as 0, 1 and 2', async () => {
  const mask = await readLungMask(await png([0, 1, 1, 2, 0, 2].map((i) => COLORS[i])));
  expect([mask.width, mask.height]).toEqual([6, 1]);
  expect([...mask.data]).toEqual([0, 1, 1, 2, 0, 2]);
});

it('refuses other colours', async () => {
  await expect(readLungMask(await png([[255, 255, 255]]))).rejects.toThrow(InvalidInputError);
});
