import { expect, it } from 'vitest';
import { FlatTable } from './flat-table.mjs';

/** { 0: int8 -3, 1: absent, 2: [float 1.5, -2], 3: table { 0: int32 7 } }, laid out by hand. */
function example() {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint32(0, 16, true); // The root table.
  [12, 16, 4, 0, 8, 12].forEach((value, i) => {
    view.setUint16(4 + 2 * i, value, true); // Its field table: size, table size, four fields.
  });
  view.setInt32(16, 12, true); // Field table = 16 - 12.
  view.setInt8(20, -3);
  view.setUint32(24, 8, true); // Vector at 32.
  view.setUint32(28, 20, true); // Table at 48.
  view.setUint32(32, 2, true);
  view.setFloat32(36, 1.5, true);
  view.setFloat32(40, -2, true);
  view.setUint16(54, 0, true);
  view.setInt32(48, -8, true); // Field table at 56.
  [6, 8, 4].forEach((value, i) => {
    view.setUint16(56 + 2 * i, value, true);
  });
  view.setInt32(52, 7, true);
  return FlatTable.root(new Uint8Array(view.buffer));
}

it('reads numbers, lists and tables', () => {
  const table = example();
  expect(table.number(0, 'Int8')).toBe(-3);
  expect(table.numbers(2, 'Float32')).toEqual([1.5, -2]);
  expect(table.table(3)?.number(0, 'Int32')).toBe(7);
});

it('gives the default of absent fields and of those the file is too old for', () => {
  const table = example();
  expect(table.number(1, 'Int32', 5)).toBe(5);
  expect(table.number(9, 'Int32', 6)).toBe(6);
  expect(table.table(1)).toBeUndefined();
  expect(table.bytes(9)).toEqual(new Uint8Array());
});
