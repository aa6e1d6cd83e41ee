import { ANATOMICAL_REGIONS, type Box, boxIou, InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { MASK_REGIONS, PICTURE_REGIONS, UNDERIVED_REGIONS } from './derivable-regions.js';
import type { LungMask } from './lung-mask.js';
import { regionsFromLungMask } from './regions-from-lung-mask.js';

const SIDE = 256;

/** Lungs like bells: straight medial border, curved side, a dome scooped out of the base. */
function lungs(shift = 0, height = SIDE, width = SIDE): LungMask {
  const data = new Uint8Array(width * height);
  const inLung = (u: number, v: number): boolean => {
    const reach = Math.sqrt(Math.max(0, Math.min(1, 0.15 + 1.1 * v)));
    const dome = 0.82 + 0.18 * Math.abs(u - 0.35) ** 1.5 * 2;
    return v >= 0 && u >= 0 && u <= reach && v <= Math.min(dome, 1);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const v = (y / height - 0.15 - shift) / 0.65;
      if (inLung((0.44 - x / width) / 0.32, v)) data[y * width + x] = 1;
      if (inLung((x / width - 0.56) / 0.32, v - 0.03)) data[y * width + x] = 2;
    }
  }
  return { width, height, data };
}

function edited(edit: (value: number, x: number, y: number) => number): LungMask {
  const mask = lungs();
  return { ...mask, data: mask.data.map((v, i) => edit(v, i % SIDE, Math.floor(i / SIDE))) };
}

function get(regions: ReadonlyMap<string, Box>, name: string): Box {
  const box = regions.get(name);
  if (box === undefined) throw new Error(`no box for ${name}`);
  return box;
}

const regions = regionsFromLungMask(lungs());

describe('regionsFromLungMask', () => {
  it('derives every region a mask determines, in index order', () => {
    expect([...regions.keys()]).toEqual(MASK_REGIONS);
    expect(MASK_REGIONS).toHaveLength(19);
    expect([...MASK_REGIONS, ...PICTURE_REGIONS, ...UNDERIVED_REGIONS].sort()).toEqual(
      [...ANATOMICAL_REGIONS].sort(),
    );
  });

  it('boxes the lungs to the pixel', () => {
    const { data } = lungs();
    for (const [name, value] of [
      ['right lung', 1],
      ['left lung', 2],
    ] as const) {
      const xs: number[] = [];
      const ys: number[] = [];
      data.forEach((v, i) => {
        if (v === value) xs.push(i % SIDE) && ys.push(Math.floor(i / SIDE));
      });
      const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
      expect(get(regions, name)).toEqual(box.map((edge) => edge / SIDE));
    }
  });

  it.each(['right', 'left'])('stacks the zones of the %s lung inside it', (side) => {
    const lung = get(regions, `${side} lung`);
    const [upper, mid, lower] = ['upper', 'mid', 'lower'].map((zone) =>
      get(regions, `${side} ${zone} lung zone`),
    );
    expect([upper[1], upper[3], mid[3], lower[3]]).toEqual([lung[1], mid[1], lower[1], lung[3]]);
    for (const zone of [upper, mid, lower]) {
      expect(zone[0]).toBeGreaterThanOrEqual(lung[0]);
      expect(zone[2]).toBeLessThanOrEqual(lung[2]);
      expect(zone[3] - zone[1]).toBeCloseTo((lung[3] - lung[1]) / 3, 1);
    }
    // The bell widens downwards: a zone has its own extent, not the lung's.
    expect(upper[2] - upper[0]).toBeLessThan(mid[2] - mid[0]);
  });

  it('puts each part where it belongs', () => {
    const angle = get(regions, 'right costophrenic angle');
    const lung = get(regions, 'right lung');
    expect(angle[0]).toBeLessThanOrEqual(lung[0]);
    expect(angle[3]).toBeGreaterThanOrEqual(lung[3]);
    expect(angle[2]).toBeLessThan((lung[0] + lung[2]) / 2);
    const hilum = get(regions, 'left hilar structures');
    expect(hilum[0]).toBeLessThan(0.56);
    expect(hilum[0]).toBeGreaterThan(0.5);
    const spine = get(regions, 'spine');
    expect(spine[0]).toBeCloseTo(0.44, 2);
    expect(spine[2]).toBeCloseTo(0.56, 2);
    const dome = 0.15 + 0.82 * 0.65;
    expect(get(regions, 'abdomen')[1]).toBeCloseTo(dome, 2);
    expect(get(regions, 'abdomen')[3]).toBe(1);
    expect(get(regions, 'right hemidiaphragm')[1]).toBeCloseTo(dome - 0.03 * 0.65, 2);
  });

  it('does not mind speckles', () => {
    const speckled = edited((v, x, y) =>
      y > 245 || y < 6 ? ((x * 7 + y) % 5 === 0 ? 1 + (x % 2) : v) : v,
    );
    expect(regionsFromLungMask(speckled)).toEqual(regions);
  });

  it('gives the same fractions at another size and aspect', () => {
    const other = regionsFromLungMask(lungs(0, 200, 384));
    for (const [name, box] of regions) expect(boxIou(get(other, name), box)).toBeGreaterThan(0.85);
  });

  it('leaves out what the picture cuts off', () => {
    const above = regionsFromLungMask(lungs(-0.25));
    expect(above.has('right apical zone')).toBe(false);
    expect(above.has('right hemidiaphragm')).toBe(true);
    const below = regionsFromLungMask(lungs(0.25));
    expect(below.has('left costophrenic angle')).toBe(false);
    expect(below.has('left hemidiaphragm')).toBe(false);
    expect(below.has('left apical zone')).toBe(true);
  });

  it.each([
    ['no left lung', edited((v) => (v === 2 ? 0 : v))],
    ['a right lung of', edited((v, x, y) => (v === 1 && (x < 95 || y > 90) ? 0 : v))],
    ['swapped', edited((v) => (v === 0 ? 0 : 3 - v))],
    ['one lung above the other', edited((v, _, y) => (v === (y < 110 ? 1 : 2) ? v : 0))],
    ['0, 1 (right lung) and 2', edited((v) => v * 100)],
    ['32 x 32', { width: 4, height: 4, data: new Uint8Array(16) }],
    ['65536 pixels', { width: SIDE, height: SIDE, data: new Uint8Array(9) }],
  ])('refuses a mask: %s', (reason, mask) => {
    expect(() => regionsFromLungMask(mask)).toThrow(InvalidInputError);
    expect(() => regionsFromLungMask(mask)).toThrow(reason);
  });
});
