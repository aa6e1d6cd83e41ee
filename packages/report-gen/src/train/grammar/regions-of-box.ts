import {
  ANATOMICAL_REGIONS,
  type AnatomicalRegion,
  type Box,
  boxArea,
  InvalidInputError,
} from '@cxrkit/core';

/** Least share of a disease box that lies in a region. */
const LEAST_SHARE = 0.3;

/**
 * Finds the regions in which a disease box lies: those that hold at least 0.3 of its area.
 *
 * @param box01 - Disease box as fractions of width and height.
 * @param boxes01 - Boxes of the regions in the same picture, as fractions; regions that are left out are not considered.
 * @returns The largest share first, equal ones in region order; regions overlap, so a lung comes with its zones.
 *   Empty when the box lies outside all of them.
 * @throws {@link InvalidInputError} if the disease box has no area.
 */
export function regionsOfBox(
  box01: Box,
  boxes01: Readonly<Partial<Record<AnatomicalRegion, Box>>>,
): AnatomicalRegion[] {
  const area = boxArea(box01);
  if (!(area > 0)) throw new InvalidInputError('box01', 'a box with an area', box01);
  return ANATOMICAL_REGIONS.flatMap((region) => {
    const box = boxes01[region];
    return box === undefined ? [] : [{ region, share: overlap(box01, box) / area }];
  })
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share)
    .map(({ region }) => region);
}

function overlap(a: Box, b: Box): number {
  return boxArea([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
}
