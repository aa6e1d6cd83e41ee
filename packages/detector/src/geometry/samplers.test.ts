import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { sampleBalanced } from './samplers.js';

const matches = Int32Array.from({ length: 300 }, (_, i) => [-1, -1, -1, 2, -2][i % 5]);

describe('sampleBalanced', () => {
  it('keeps to count and fraction, without replacement', () => {
    const { positives, negatives } = sampleBalanced(
      matches,
      { count: 40, positiveFraction: 0.25 },
      createRandom(1),
    );
    expect(positives).toHaveLength(10);
    expect(negatives).toHaveLength(30);
    expect(new Set([...positives, ...negatives]).size).toBe(40);
    expect(positives.every((n) => matches[n] === 2)).toBe(true);
    expect(negatives.every((n) => matches[n] === -1)).toBe(true);
  });

  it('fills up with background, and is smaller where both run out', () => {
    const rare = Int32Array.from([-1, -1, 0, -2, -1, -1]);
    const filled = sampleBalanced(rare, { count: 4, positiveFraction: 0.5 }, createRandom(1));
    expect([filled.positives.length, filled.negatives.length]).toEqual([1, 3]);
    const all = sampleBalanced(rare, { count: 50, positiveFraction: 0.5 }, createRandom(1));
    expect([all.positives.length, all.negatives.length]).toEqual([1, 4]);
  });

  it('repeats itself for a seed and draws every candidate alike', () => {
    const options = { count: 40, positiveFraction: 0.25 };
    const draw = (seed: number) => sampleBalanced(matches, options, createRandom(seed));
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    const times = new Map<number, number>();
    for (let seed = 0; seed < 600; seed++) {
      for (const n of draw(seed).positives) times.set(n, (times.get(n) ?? 0) + 1);
    }
    // 60 candidates, 100 draws expected of each, standard deviation 9.
    expect(times.size).toBe(60);
    expect(Math.min(...times.values())).toBeGreaterThan(55);
    expect(Math.max(...times.values())).toBeLessThan(145);
  });
});
