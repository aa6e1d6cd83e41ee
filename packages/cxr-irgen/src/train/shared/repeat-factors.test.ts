import { createRandom } from '@cxrkit/core';
import { expect, it } from 'vitest';
import { repeated, repeatFactors } from './repeat-factors.js';

const picture = (source: string, ...names: string[]) => ({
  source,
  findings: { Edema: 0 as const, ...Object.fromEntries(names.map((name) => [name, 1 as const])) },
});

it('draws a picture as often as its rarest finding asks for', () => {
  const items = [
    ...Array.from({ length: 14 }, () => picture('a', 'Pneumonia')),
    picture('a'),
    picture('a', 'Pneumonia', 'Hernia'),
    picture('b', 'Hernia'),
  ];
  const factors = repeatFactors(items, 0.25);
  // Pneumonia 15 of 16, Hernia 1 of 16: sqrt(0.25 / 0.0625) = 2; in b it is common.
  expect(factors).toEqual([...Array(15).fill(1), 2, 1]);
});

it('repeats by whole numbers and by chance', () => {
  const random = createRandom(1);
  const counts = Array.from({ length: 2000 }, () => repeated(['x'], [2.25], random).length);
  expect(new Set(counts)).toEqual(new Set([2, 3]));
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(mean).toBeGreaterThan(2.2);
  expect(mean).toBeLessThan(2.3);
  expect(repeated(['x', 'y'], [1, 3], random)).toEqual(['x', 'y', 'y', 'y']);
});
