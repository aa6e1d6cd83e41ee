import type { AnatomicalRegion } from '@cxrkit/core';
import { type Box01, box01 } from './box01.js';
import { columnsOf, medialEdge, type Rows, rowsBetween } from './lung.js';
import { type LungPair, sharedRows } from './lung-pair.js';
import { domeTop } from './lung-regions.js';

// Shares of the rows from the lower apex to the higher dome, where both lungs border the midline: the
// rounded apices and the lung behind the domes say nothing of the spine.
const SPINE_ROWS = [0.15, 0.9] as const;

// The superior mediastinum ends with the upper lung zones; its width is taken below the rounded apices.
const SUPERIOR_END = 1 / 3;
const SUPERIOR_WIDTH_FROM = 0.1;

/** Least height of an abdomen worth a box, as a share of the picture. */
const MINIMUM_ABDOMEN = 0.05;

/**
 * Derives the regions between and below the lungs: spine, upper mediastinum, abdomen.
 *
 * @returns Boxes; none for an abdomen of which the picture shows less than a twentieth of its height.
 */
export function midlineRegions(pair: LungPair): Map<AnatomicalRegion, Box01> {
  const { right, left, height } = pair;
  const top = Math.min(right.top, left.top);
  const bottom = Math.max(right.bottom, left.bottom);
  const dome = Math.min(domeTop(right), domeTop(left));
  const spine = between(pair, rowsAt(pair, dome, ...SPINE_ROWS));
  const superior = {
    from: sharedRows(pair).from + Math.round(SUPERIOR_WIDTH_FROM * (bottom - top)),
    to: Math.max(rowsBetween(right, 0, SUPERIOR_END).to, rowsBetween(left, 0, SUPERIOR_END).to),
  };
  const regions = new Map<AnatomicalRegion, Box01>([
    ['spine', box01(pair, spine, [top, bottom])],
    ['upper mediastinum', box01(pair, between(pair, superior), [top, superior.to])],
  ]);
  if (height - dome >= MINIMUM_ABDOMEN * height) {
    const lateral = [
      columnsOf(right, rowsBetween(right, 0, 1)).start,
      columnsOf(left, rowsBetween(left, 0, 1)).end,
    ] as const;
    regions.set('abdomen', box01(pair, lateral, [dome, height]));
  }
  return regions;
}

function rowsAt(pair: LungPair, dome: number, from: number, to: number): Rows {
  const first = sharedRows(pair).from;
  const count = dome - first;
  const start = first + Math.round(from * count);
  return { from: start, to: Math.max(start + 1, first + Math.round(to * count)) };
}

/** The columns of the gap between the lungs, over all of some rows. */
function between({ right, left }: LungPair, { from, to }: Rows): [number, number] {
  const edges: [number, number] = [Number.POSITIVE_INFINITY, 0];
  for (let y = from; y < to; y++) {
    edges[0] = Math.min(edges[0], medialEdge(right, y));
    edges[1] = Math.max(edges[1], medialEdge(left, y));
  }
  return edges;
}
