import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half.js';

const GOLDEN: { singles: number[]; halves: number[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '__fixtures__', 'half.json'), 'utf8'),
);

const ALL_HALVES = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** Value of half bits by the definition of the format, in double precision. */
function definedValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Bits of the half nearest to a positive number, by bisection; ties to the even bits. */
function nearestHalf(value: number): number {
  if (value >= 65520) return 0x7c00;
  let low = 0;
  let high = 0x7bff;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (definedValue(middle) <= value) low = middle;
    else high = middle;
  }
  const below = value - definedValue(low);
  const above = definedValue(high) - value;
  if (below === above) return low % 2 === 0 ? low : high;
  return below < above ? low : high;
}

describe('float16ToFloat32', () => {
  it('gives the defined value of all 65536 halves', () => {
    const singles = float16ToFloat32(ALL_HALVES);
    const wrong = [...ALL_HALVES].filter((bits) => !Object.is(singles[bits], definedValue(bits)));
    expect(wrong).toEqual([]);
  });
});

describe('float32ToFloat16', () => {
  it('gives every half back, signs and NaN included', () => {
    const back = float32ToFloat16(float16ToFloat32(ALL_HALVES));
    const isNaNBits = (bits: number) => (bits & 0x7fff) > 0x7c00;
    const wrong = [...ALL_HALVES].filter((bits) =>
      isNaNBits(bits) ? !isNaNBits(back[bits]) : back[bits] !== bits,
    );
    expect(wrong).toEqual([]);
  });

  it('rounds as numpy does at ties, beside them, and at both ends of the range', () => {
    const singles = new Float32Array(Uint32Array.from(GOLDEN.singles).buffer);
    expect([...float32ToFloat16(singles)]).toEqual(GOLDEN.halves);
  });

  it('rounds 20,000 random singles to the nearest half', () => {
    const random = createRandom(5);
    const singles = Float32Array.from(
      { length: 20_000 },
      () => 2 ** (random.uniform() * 44 - 27) * (1 + random.uniform()),
    );
    expect([...float32ToFloat16(singles)]).toEqual([...singles].map(nearestHalf));
  });

  it('reads a view that does not start at its buffer', () => {
    expect([...float32ToFloat16(new Float32Array([9, 1, 2]).subarray(1))]).toEqual([
      0x3c00, 0x4000,
    ]);
  });
});

describe('bfloat16ToFloat32', () => {
  it('keeps the upper bits', () => {
    const bits = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80);
    expect([...bfloat16ToFloat32(bits)]).toEqual([1, -2, 2 ** -133, Number.POSITIVE_INFINITY]);
  });
});
