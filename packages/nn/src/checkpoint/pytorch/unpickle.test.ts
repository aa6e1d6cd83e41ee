import { elementCount } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../format-error.js';
import type { PickleValue } from './pickle-value.js';
import { plainValue } from './plain-value.js';
import { materialise, tensorView } from './tensor-view.js';
import { unpickle } from './unpickle.js';

/** Joins opcodes (numbers) and text (Latin-1) into a pickle. */
function pickle(...parts: (number | string)[]): Uint8Array {
  const text = parts.map((part) => (typeof part === 'number' ? String.fromCharCode(part) : part));
  return new Uint8Array(Buffer.from(text.join(''), 'latin1'));
}

describe('unpickle', () => {
  it('reads scalars of every width', () => {
    const bytes = pickle(
      '\x80\x02(N\x88\x89K\xffM\x01\x02J\xfe\xff\xff\xff',
      '\x8a\x00\x8a\x01\xff\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80',
      'G\x3f\xf8\x00\x00\x00\x00\x00\x00U\x02hit.',
    );
    expect(unpickle(bytes)).toEqual([
      null,
      true,
      false,
      255,
      513,
      -2,
      0,
      -1,
      -(2n ** 63n),
      1.5,
      'hi',
    ]);
  });

  it('keeps shared values shared', () => {
    const [a, b] = unpickle(pickle('\x80\x02]q\x00h\x00\x86.')) as PickleValue[];
    expect(a).toBe(b);
  });

  it.each([
    ['a system call', '\x80\x02cposix\nsystem\nU\x02ls\x85R.', /"posix\.system"/],
    ['eval by STACK_GLOBAL', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93.', /"builtins\.eval"/],
    ['a dotted way around', '\x80\x04\x8c\x05torch\x8c\x0aload.x.y.z\x93.', /"torch\.load/],
    ['getattr', '\x80\x02c__builtin__\ngetattr\n.', /"__builtin__\.getattr"/],
    ['a call of a type', '\x80\x02c__builtin__\nlist\n)R.', /may only be named/],
    ['a call of text', '\x80\x02U\x01a)R.', /calls string a, which is no function/],
    ['INST', '\x80\x02(iposix\nsystem\n.', /opcode 0x69 at byte 3/],
    ['EXT1', '\x80\x02\x82\x01.', /opcode 0x82/],
    ['protocol 6', '\x80\x06N.', /protocol 6; 2 to 5/],
    ['attributes of text', '\x80\x02U\x01a}b.', /sets attributes of string a/],
    ['an empty stack', '\x80\x02.', /more values than there are/],
    ['a value under the mark', '\x80\x02N(0.', /more values than there are/],
    ['an unopened group', '\x80\x02t.', /never opened/],
    ['an empty memo slot', '\x80\x02h\x07.', /memo slot 7/],
    ['a key without a value', '\x80\x02}(Nu.', /key without a value/],
    ['an append to a dict', '\x80\x02}Na.', /appends to a dict/],
    ['text beyond the end', '\x80\x02X\xff\xff\xff\x7fabc.', /too early/],
    ['bytes beyond 2^53', '\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xffabc.', /too early/],
    ['an integer of 16 MB', '\x80\x02\x8b\x00\x00\x00\x01.', /integer of 16777216 bytes/],
    ['no STOP', '\x80\x02N', /too early/],
    ['a foreign persistent id', '\x80\x02U\x01aQ.', /names no storage/],
    [
      'a tensor on text',
      '\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(U\x01aK\x00))\x89NtR.',
      /built on string a/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => unpickle(pickle(text))).toThrow(FormatError);
    expect(() => unpickle(pickle(text))).toThrow(message);
  });

  it('bounds nesting, operations and repeated copies', { timeout: 30_000 }, () => {
    expect(() => unpickle(pickle('('.repeat(2000)))).toThrow(/deeper than 1000/);
    expect(() => unpickle(pickle('\x80\x02', 'N0'.repeat(2_000_001), 'N.'))).toThrow(/operations/);
    // One list of 10,000 pairs, made into a dict again and again.
    const pairs = `](${'K\x01K\x01\x86'.repeat(10_000)}e\x85q\x00`;
    const copy = 'ccollections\nOrderedDict\nq\x010h\x01h\x00R';
    expect(() =>
      unpickle(pickle('\x80\x02', pairs, copy, 'h\x01h\x00R'.repeat(7000), '.')),
    ).toThrow(/copies more than/);
    expect(() => unpickle(new Uint8Array(2 ** 26 + 1))).toThrow(/at most 67108864/);
  });
});

describe('plainValue', () => {
  it('refuses what contains itself or unfolds without end', { timeout: 30_000 }, () => {
    const self: PickleValue[] = [];
    self.push(self);
    expect(() => plainValue(self)).toThrow(/nested deeper than 64 levels, or in itself/);
    let lol: PickleValue = 'lol';
    for (let i = 0; i < 30; i++) lol = [lol, lol];
    expect(() => plainValue(lol)).toThrow(/more than 2000000 values/);
    const megabyte = new Uint8Array(2 ** 20);
    expect(() => plainValue(new Array<PickleValue>(100).fill(megabyte))).toThrow(/67108864 bytes/);
  });

  it('keeps __proto__ a plain key and refuses keys that would fall together', () => {
    const plain = plainValue(new Map([['__proto__', new Map([['polluted', true]])]]));
    expect(Object.keys(plain as object)).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    const both = new Map<PickleValue, PickleValue>([
      [1, 'a'],
      ['1', 'b'],
    ]);
    expect(() => plainValue(both)).toThrow(/two keys that are both written 1/);
  });
});

describe('tensorView and materialise', () => {
  const storage = { kind: 'storage', key: '0', stored: 'F32', length: 24 } as const;

  it('refuses windows that do not lie in the storage', () => {
    expect(() => tensorView(storage, 1, [4, 6], [6, 1])).toThrow(/reaches to element 25 .* has 24/);
    expect(() => tensorView(storage, -1, [2], [1])).toThrow(/no valid size/);
    expect(() => tensorView(storage, 0, [2], [-1])).toThrow(/no valid size/);
    expect(() => tensorView(storage, 0, [2, 2], [1])).toThrow(/no valid size/);
    expect(() => tensorView(storage, 25, [0], [1])).toThrow(/reaches to element 25/);
    expect(() => tensorView(storage, 0, [2 ** 30, 2 ** 30], [0, 0])).toThrow(/impossible dims/);
  });

  it.each(['F32', 'F64', 'F16', 'U8'] as const)(
    'copies any strides of %s as an index sum would',
    (stored) => {
      const size = { F32: 4, F64: 8, F16: 2, U8: 1 }[stored];
      const bytes = Uint8Array.from({ length: 60 * size }, (_, index) => (index * 31 + 7) % 256);
      const source = { ...storage, stored, length: 60 };
      for (const [offset, dims, strides] of [
        [0, [3, 4, 5], [20, 5, 1]],
        [0, [5, 4, 3], [1, 5, 20]],
        [7, [2, 3], [10, 0]],
        [1, [4, 1, 2], [3, 99, 2]],
        [59, [], []],
        [3, [2, 2, 2, 2], [16, 8, 4, 2]],
      ] as const) {
        const view = tensorView(source, offset, [...dims], [...strides]);
        const expected: number[] = [];
        for (let i = 0; i < elementCount(dims); i++) {
          let rest = i;
          let at = offset as number;
          for (let axis = dims.length - 1; axis >= 0; axis--) {
            at += (rest % dims[axis]) * strides[axis];
            rest = Math.floor(rest / dims[axis]);
          }
          expected.push(...bytes.subarray(at * size, (at + 1) * size));
        }
        expect([...new Uint8Array(materialise(view, bytes, 0, false))]).toEqual(expected);
      }
    },
  );
});
