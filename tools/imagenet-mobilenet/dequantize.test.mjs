import { expect, it } from 'vitest';
import { dequantize, toKernel } from './dequantize.mjs';

/**
 * @param {readonly number[]} dims
 * @param {readonly number[]} values
 * @param {readonly number[]} scales
 * @param {number} axis
 * @param {readonly number[]} zeroPoints
 */
const int8 = (dims, values, scales, axis, zeroPoints = scales.map(() => 0)) => ({
  dims,
  type: /** @type {const} */ ('int8'),
  bytes: new Uint8Array(Int8Array.from(values).buffer),
  scales,
  zeroPoints,
  axis,
});

it('scales each slice along the axis', () => {
  expect([...dequantize(int8([2, 2], [-1, 2, 3, -128], [0.5, 2], 0))]).toEqual([-0.5, 1, 6, -256]);
  expect([...dequantize(int8([2, 2], [-1, 2, 3, -128], [0.5, 2], 1))]).toEqual([
    -0.5, 4, 1.5, -256,
  ]);
});

it('takes one scale and a zero point for all', () => {
  expect([...dequantize(int8([3], [-1, 0, 1], [2], 0, [1]))]).toEqual([-4, -2, 0]);
});

it('reads little-endian int32', () => {
  const bytes = new Uint8Array(Int32Array.of(-7, 70_000).buffer);
  const bias = { dims: [2], type: /** @type {const} */ ('int32'), bytes, axis: 0 };
  expect([...dequantize({ ...bias, scales: [0.5, 0.25], zeroPoints: [0, 0] })]).toEqual([
    -3.5, 17_500,
  ]);
});

it('refuses another number of values or scales', () => {
  expect(() => dequantize(int8([3], [1, 2], [1], 0))).toThrow('Expected 3 numbers');
  expect(() => dequantize(int8([3], [1, 2, 3], [1, 1], 0))).toThrow('Expected 1 or 3 scales');
});

it('turns [out, height, width, in] into [out, in, height, width]', () => {
  const { dims, data } = toKernel(int8([1, 1, 2, 3], [0, 1, 2, 3, 4, 5], [1], 0), false);
  expect(dims).toEqual([1, 3, 1, 2]);
  expect([...data]).toEqual([0, 3, 1, 4, 2, 5]);
});

it('turns depthwise [1, height, width, channels] into [channels, 1, height, width]', () => {
  const { dims, data } = toKernel(int8([1, 1, 2, 3], [0, 1, 2, 3, 4, 5], [1, 10, 100], 3), true);
  expect(dims).toEqual([3, 1, 1, 2]);
  expect([...data]).toEqual([0, 3, 10, 40, 200, 500]);
});
