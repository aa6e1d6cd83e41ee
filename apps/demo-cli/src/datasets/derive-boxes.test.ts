import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boxArea } from '@cxrkit/core';
import { expect, it } from 'vitest';
import { deriveBoxes } from './derive-boxes.js';
import { readDataset } from './read-dataset.js';
import type { TrainingImage } from './training-image.js';

const DATA = fileURLToPath(new URL('../../../../../shared/data/kermany', import.meta.url));

const plain: TrainingImage = {
  image: 'x',
  split: 'train',
  patient: '1',
  source: 's',
  findings: {},
};

it('leaves pictures without a mask, and those with boxes of their own, as they are', async () => {
  const boxed: TrainingImage = { ...plain, lungMask: 'm', boxes01: { 'right lung': [0, 0, 1, 1] } };
  expect(await deriveBoxes([plain, boxed])).toEqual([plain, boxed]);
});

it('reads masks of the test split only when asked to', async () => {
  const item: TrainingImage = { ...plain, split: 'test', lungMask: 'missing.png' };
  expect(await deriveBoxes([item])).toEqual([item]);
  await expect(deriveBoxes([item], { withTest: true })).rejects.toMatchObject({
    code: 'IMAGE_DECODE',
  });
});

it.skipIf(!existsSync(DATA))(
  'derives 21 boxes from real masks (needs ../shared/data/kermany)',
  async () => {
    const masked = (await readDataset(DATA)).filter(({ lungMask }) => lungMask).slice(0, 12);
    const events: number[] = [];
    const derived = await deriveBoxes(masked, {
      onProgress: ({ completed }) => events.push(completed),
    });
    expect(events.at(-1)).toBe(12);
    const complete = derived.filter(({ boxes01 }) => boxes01);
    expect(complete.length).toBeGreaterThanOrEqual(6);
    for (const { boxes01 = {} } of complete) {
      expect(Object.keys(boxes01)).toHaveLength(21);
      for (const box of Object.values(boxes01)) expect(boxArea(box)).toBeGreaterThan(0);
    }
  },
);
