import { describe, expect, it } from 'vitest';
import { halvings, proportional } from './halvings.js';

const real = Array.from({ length: 60 }, (_, i) => ({
  source: i < 40 ? 'a' : 'b',
  patient: String(Math.floor(i / 3)),
}));
const synthetic = (a: number, b: number): { source: string }[] => [
  ...Array.from({ length: a }, () => ({ source: 'a' })),
  ...Array.from({ length: b }, () => ({ source: 'b' })),
];

describe('halvings', () => {
  it('gives three equal sides with the shares of the synthetic pictures', () => {
    const made = synthetic(10, 30);
    const draws = halvings({ synthetic: made, real }, { seed: 1, count: 5 });
    const sources = (rows: readonly number[], from: readonly { source: string }[]): string[] =>
      rows.map((row) => from[row].source).sort();
    for (const { synthetic: rows, reference, other } of draws) {
      // 20 of b in halves by threes: 9 and 11 at worst, and a third as many of a.
      expect(rows).toHaveLength(draws[0].synthetic.length);
      expect(rows.length).toBeGreaterThanOrEqual(12);
      expect(sources(reference, real)).toEqual(sources(rows, made));
      expect(sources(other, real)).toEqual(sources(rows, made));
      expect(sources(rows, made).filter((name) => name === 'a')).toHaveLength(rows.length / 4);
      expect(new Set(rows).size).toBe(rows.length);
    }
    const orders = draws.map(({ reference }) => String(reference));
    expect(new Set(orders).size).toBe(5);
  });

  it('keeps a patient in one half', () => {
    for (const { reference, other } of halvings(
      { synthetic: synthetic(40, 20), real },
      { seed: 2, count: 5 },
    )) {
      const patients = new Set(reference.map((row) => real[row].patient));
      // The patient of rows 39 to 41 has pictures of both sources; elsewhere it cannot happen.
      const both = other.filter((row) => patients.has(real[row].patient));
      expect(both.every((row) => real[row].patient === '13')).toBe(true);
    }
  });

  it('takes all sources as one where some labels came from none', () => {
    const [draw] = halvings(
      { synthetic: [...synthetic(4, 0), { source: undefined }], real },
      { seed: 3, count: 1 },
    );
    expect(draw.synthetic).toHaveLength(5);
  });

  it('refuses too few pictures', () => {
    const few = { synthetic: synthetic(1, 0), real };
    expect(() => halvings(few, { seed: 0, count: 1 })).toThrow('enough pictures of each source');
    const foreign = { synthetic: [{ source: 'c' }, { source: 'c' }], real };
    expect(() => halvings(foreign, { seed: 0, count: 1 })).toThrow('enough pictures');
  });
});

describe('proportional', () => {
  it.each([
    [
      [10, 30],
      [20, 9],
      [3, 9],
    ],
    [
      [1, 1],
      [7, 7],
      [7, 7],
    ],
    [
      [5, 5],
      [5, 0],
      [0, 0],
    ],
    [
      [3, 7],
      [3, 7],
      [3, 7],
    ],
  ])('of %j within %j is %j', (counts, limits, sizes) => {
    expect(proportional(counts, limits)).toEqual(sizes);
  });
});
