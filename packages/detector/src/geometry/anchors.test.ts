import { readFileSync } from 'node:fs';
import { InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { cellAnchors, gridAnchors } from './anchors.js';

const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/anchors.json', import.meta.url), 'utf8'),
);

describe('cellAnchors', () => {
  it('gives the 160 anchors of RGRG, ratio slow and size fast', () => {
    const cell = cellAnchors(golden);
    expect(cell).toHaveLength(160 * 4);
    expect([...cell.subarray(0, 4)]).toEqual([-22, -4, 22, 4]);
    expect([...cell.subarray(40, 44)]).toEqual([-20, -5, 20, 5]);
    expect([...cell.subarray(636)]).toEqual([-53, -424, 53, 424]);
    expect(cell).toEqual(Float32Array.from(golden.cell));
  });

  it('rounds halves to even', () => {
    expect(cellAnchors(golden.odd)).toEqual(Float32Array.from(golden.odd.cell));
    expect([...cellAnchors({ sizes: [5, 7], ratios: [1] })]).toEqual([-2, -2, 2, 2, -4, -4, 4, 4]);
  });

  it('refuses empty lists and sizes that are not positive', () => {
    expect(() => cellAnchors({ sizes: [], ratios: [1] })).toThrow(InvalidInputError);
    expect(() => cellAnchors({ sizes: [16], ratios: [0] })).toThrow(/positive/);
  });
});

describe('gridAnchors', () => {
  it('stands on the corners of the cells, x before y, anchors fastest', () => {
    const { grid } = golden;
    const anchors = gridAnchors(
      cellAnchors(grid),
      grid.featureWidth,
      grid.featureHeight,
      grid.stride,
    );
    expect(anchors).toEqual(Float32Array.from(grid.anchors));
  });
});
