import { ANATOMICAL_REGIONS, type AnatomicalRegion } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { Box01 } from './box01.js';
import { heartRegions } from './heart-regions.js';
import type { LungMask } from './lung-mask.js';
import { findLungs } from './lung-pair.js';
import { lungRegions } from './lung-regions.js';
import { midlineRegions } from './midline-regions.js';

/** Options of {@link regionsFromLungMask}. */
export interface RegionsFromLungMaskOptions {
  /** The X-ray the mask belongs to, of any size; without it the heart and the mediastinum have no box. */
  readonly picture?: GrayImage | undefined;
}

/**
 * Derives boxes of anatomical regions from a lung mask, and from the picture where one is given.
 * The rules, and why eight regions have none, stand in docs/regions-from-masks.md.
 *
 * A region is left out where this picture does not show it: the apical zone of a lung cut off above,
 * the costophrenic angle and hemidiaphragm of one cut off below, an abdomen out of the picture, a
 * heart without clear borders. Compare the map's keys with `MASK_REGIONS` to take whole pictures only.
 *
 * @returns Boxes as fractions of the picture, in the order of `ANATOMICAL_REGIONS`.
 * @throws {@link InvalidInputError} that says why the mask is unfit: malformed, a lung missing or
 * too small, lungs swapped, overlapping or not side by side.
 */
export function regionsFromLungMask(
  mask: LungMask,
  { picture }: RegionsFromLungMaskOptions = {},
): Map<AnatomicalRegion, Box01> {
  const pair = findLungs(mask);
  const midline = midlineRegions(pair);
  const upperMediastinum = midline.get('upper mediastinum');
  const derived = new Map([
    ...lungRegions(pair, 'right'),
    ...lungRegions(pair, 'left'),
    ...midline,
    ...(picture && upperMediastinum ? heartRegions(picture, pair, upperMediastinum) : []),
  ]);
  const regions = new Map<AnatomicalRegion, Box01>();
  for (const region of ANATOMICAL_REGIONS) {
    const box = derived.get(region);
    if (box !== undefined) regions.set(region, box);
  }
  return regions;
}
