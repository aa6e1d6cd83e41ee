import { InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { renameKeys } from './rename-keys.js';

describe('renameKeys', () => {
  it('applies every rule in order and keeps values and order', () => {
    const entries = new Map([
      ['module.head.conv.0.0.weight', 1],
      ['module.fc.bias', 2],
    ]);
    const renamed = renameKeys(entries, [
      [/^module\./, ''],
      [/^head\.conv\.0\.0\.(\w+)$/, 'head.conv.$1'],
    ]);
    expect([...renamed]).toEqual([
      ['head.conv.weight', 1],
      ['fc.bias', 2],
    ]);
  });

  it('refuses two names that become one, naming both', () => {
    const entries = new Map([
      ['a.weight', 1],
      ['b.weight', 2],
    ]);
    const rename = () => renameKeys(entries, [[/^\w\./, '']]);
    expect(rename).toThrow(InvalidInputError);
    expect(rename).toThrow('a.weight and b.weight both renamed to weight');
  });
});
