import { describe, expect, it } from 'vitest';
import { firstDifference } from './first-difference.js';

describe('firstDifference', () => {
  it('tells the innermost place', () => {
    const own = { a: 1, rules: { shuffle: true, schedule: 'cosine' } };
    const other = { rules: { schedule: 'plateau', shuffle: true }, a: 1 };
    expect(firstDifference(own, other)).toEqual({
      path: 'rules.schedule',
      own: 'cosine',
      other: 'plateau',
    });
  });

  it.each([
    [{ a: null }, {}],
    [undefined, null],
    [
      [1, 2],
      [1, 2],
    ],
    [{ a: { b: [1] } }, { a: { b: [1] } }],
  ])('finds none between %j and %j', (a, b) => {
    expect(firstDifference(a, b)).toBeUndefined();
    expect(firstDifference(b, a)).toBeUndefined();
  });

  it.each([
    [{ a: 0 }, {}, 'a'],
    [{ a: [1] }, { a: [1, 2] }, 'a'],
    [{ a: { b: 1 } }, { a: 1 }, 'a'],
    [{ a: { b: 1 } }, {}, 'a'],
    [1, 2, ''],
  ])('finds one between %j and %j at %j', (a, b, path) => {
    expect(firstDifference(a, b)?.path).toBe(path);
    expect(firstDifference(b, a)?.path).toBe(path);
  });
});
