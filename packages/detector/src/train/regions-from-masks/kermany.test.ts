import { existsSync, readFileSync } from 'node:fs';
import { type AnatomicalRegion, type Box, boxIou } from '@cxrkit/core';
import { readImage } from '@cxrkit/core/image';
import { describe, expect, it } from 'vitest';
import { MASK_REGIONS } from './derivable-regions.js';
import { readLungMask } from './read-lung-mask.js';
import { regionsFromLungMask } from './regions-from-lung-mask.js';

const folder = new URL('../../../../../../shared/data/kermany/', import.meta.url);
const manifest = new URL('manifest.jsonl', folder);

interface Row {
  readonly image: string;
  readonly lung_mask?: string;
  readonly subtype: string;
  readonly boxes01?: Record<'right lung' | 'left lung', Box>;
}

function path(name: string): string {
  return new URL(name, folder).pathname;
}

function expectInside(part: Box, whole: Box, name: string): void {
  const isInside = whole.every((edge, i) => (i < 2 ? part[i] >= edge : part[i] <= edge));
  expect(isInside, `${name}: [${part}] in [${whole}]`).toBe(true);
}

function expectSensible(regions: ReadonlyMap<AnatomicalRegion, Box>, row: Row): void {
  const box = (name: AnatomicalRegion): Box => regions.get(name) ?? [0, 0, 0, 0];
  expect(box('right lung')[2], row.image).toBeLessThan(box('left lung')[0] + 0.05);
  for (const side of ['right', 'left'] as const) {
    const lung = box(`${side} lung`);
    if (row.boxes01)
      expect(boxIou(lung, row.boxes01[`${side} lung`]), row.image).toBeGreaterThan(0.97);
    for (const part of ['upper', 'mid', 'lower'] as const)
      expectInside(box(`${side} ${part} lung zone`), lung, row.image);
  }
  for (const region of regions.values()) {
    expectInside(region, [0, 0, 1, 1], row.image);
    expect(region[0] < region[2] && region[1] < region[3], row.image).toBe(true);
  }
}

// Skipped where shared/data/kermany is not at hand: its pictures do not ship with the repository.
describe.skipIf(!existsSync(manifest))('over real masks (needs shared/data/kermany)', () => {
  const rows: Row[] = existsSync(manifest)
    ? readFileSync(manifest, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter((row: Row) => row.lung_mask !== undefined)
    : [];
  const some = rows.filter((_, i) => i % Math.floor(rows.length / 60) === 0);

  it('derives sensible regions from each, and all of them unless the picture cuts off a lung', async () => {
    expect(some.length).toBeGreaterThanOrEqual(60);
    let complete = 0;
    for (const row of some) {
      const regions = regionsFromLungMask(await readLungMask(path(row.lung_mask ?? '')));
      expectSensible(regions, row);
      if (MASK_REGIONS.every((name) => regions.has(name))) complete++;
    }
    expect(complete).toBeGreaterThanOrEqual(50);
  });

  it('sees the heart in nearly all normal pictures, on the spine and to its left', async () => {
    const normal = some.filter(({ subtype }) => subtype === 'normal');
    let seen = 0;
    for (const row of normal) {
      const { image } = await readImage(path(row.image));
      const mask = await readLungMask(path(row.lung_mask ?? ''));
      const regions = regionsFromLungMask(mask, { picture: image });
      const heart = regions.get('cardiac silhouette');
      const spine = regions.get('spine');
      if (!heart || !spine) continue;
      seen++;
      expect(heart[0], row.image).toBeLessThan(spine[2]);
      expect(heart[2], row.image).toBeGreaterThan(spine[2]);
    }
    expect(seen / normal.length).toBeGreaterThan(0.9);
  });
});
