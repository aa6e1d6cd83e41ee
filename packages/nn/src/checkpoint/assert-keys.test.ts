import { CheckpointError, float32 } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { assertKeys } from './assert-keys.js';

const tensors = new Map([
  ['a', float32([1, 2, 3, 4], [2, 2])],
  ['b', float32([1])],
]);

describe('assertKeys', () => {
  it('accepts the same names and shapes', () => {
    const expected = new Map([
      ['b', [1]],
      ['a', [2, 2]],
    ]);
    expect(() => assertKeys(tensors, expected)).not.toThrow();
  });

  it('names what is missing, unexpected and of another shape', () => {
    const expected = new Map([
      ['a', [4]],
      ['c', [1]],
    ]);
    const check = () => assertKeys(tensors, expected, 'model.pt');
    expect(check).toThrow(CheckpointError);
    expect(check).toThrow(
      'model.pt: its tensors do not fit the architecture. 1 missing: c; 1 unexpected: b; 1 of another shape: a (expected [4], got [2, 2]).',
    );
  });

  it('lists ten of each and counts the rest', () => {
    const expected = new Map(
      Array.from({ length: 12 }, (_, index) => [`key${index}`, [1]] as const),
    );
    expect(() => assertKeys(new Map(), expected)).toThrow('12 missing: key0, key1,');
    expect(() => assertKeys(new Map(), expected)).toThrow('key9 and 2 more');
  });
});
