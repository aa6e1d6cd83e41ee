import { createRandom } from '@cxrkit/core';
import { expect, it } from 'vitest';
import { topIndices } from './top-indices.js';

it('agrees with a stable full sort, ties included', () => {
  const random = createRandom(3);
  const scores = Float32Array.from({ length: 500 }, () => random.integer(40) - 20);
  const sorted = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  for (const count of [0, 1, 7, 250, 499, 500, 900]) {
    expect([...topIndices(scores, count)]).toEqual(sorted.slice(0, count));
  }
});

it('takes no scores', () => {
  expect(topIndices(new Float32Array(0), 5)).toHaveLength(0);
});
