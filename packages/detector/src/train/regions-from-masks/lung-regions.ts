import type { AnatomicalRegion } from '@cxrkit/core';
import { type Box01, box01 } from './box01.js';
import { columnsOf, type Lung, lateralSign, medialEdge, type Rows, rowsBetween } from './lung.js';
import type { Side } from './lung-mask.js';
import { type LungPair, medianGap } from './lung-pair.js';

// Fractions of a lung's height or width. Each is argued for in docs/regions-from-masks.md.
const APEX_TO = 1 / 6;
const HILUM_ROWS = [0.28, 0.58] as const;
const HILUM_WIDTH = 0.42;
const HILUM_INTO_GAP = 0.25;
const DOME_COLUMNS = [0.15, 0.75] as const;
const DOME_MARGIN = 0.03;
const ANGLE_COLUMNS = 0.4;
const ANGLE_HEIGHT = 0.16;
const ANGLE_WIDTH = 0.36;
const ANGLE_MARGIN = 0.02;

/**
 * Derives the eight regions of one lung.
 *
 * @returns Boxes in the order lung, zones from above, hilum, apex, costophrenic angle, hemidiaphragm.
 * An apex cut off by the picture's upper edge and a base cut off by its lower one give no box for
 * the apical zone, or for the costophrenic angle and the hemidiaphragm.
 */
export function lungRegions(pair: LungPair, side: Side): Map<AnatomicalRegion, Box01> {
  const lung = pair[side];
  const zone = (from: number, to: number): Box01 =>
    boxOfRows(pair, lung, rowsBetween(lung, from, to));
  const regions = new Map<AnatomicalRegion, Box01>([
    [`${side} lung`, zone(0, 1)],
    [`${side} upper lung zone`, zone(0, 1 / 3)],
    [`${side} mid lung zone`, zone(1 / 3, 2 / 3)],
    [`${side} lower lung zone`, zone(2 / 3, 1)],
    [`${side} hilar structures`, hilum(pair, lung)],
  ]);
  if (lung.top > 0) regions.set(`${side} apical zone`, zone(0, APEX_TO));
  if (lung.bottom < pair.height) {
    regions.set(`${side} costophrenic angle`, costophrenicAngle(pair, lung));
    regions.set(`${side} hemidiaphragm`, hemidiaphragm(pair, lung));
  }
  return regions;
}

/**
 * Finds the top of the diaphragm's dome: the highest point of the lung's lower border, its outer
 * quarter and inner edge apart, where the border is the chest wall's or the heart's.
 *
 * @returns Row in mask pixels.
 */
export function domeTop(lung: Lung): number {
  const { start, end } = columnsOf(lung, rowsBetween(lung, 2 / 3, 1));
  const medial = lung.side === 'right' ? end : start;
  const sign = lateralSign(lung.side);
  let top = lung.bottom;
  for (const offset of offsetsBetween(end - start, DOME_COLUMNS)) {
    const x = medial + sign * offset - (sign < 0 ? 1 : 0);
    if (lung.columnEnd[x] > 0) top = Math.min(top, lung.columnEnd[x]);
  }
  return top;
}

function boxOfRows(pair: LungPair, lung: Lung, rows: Rows): Box01 {
  const { start, end } = columnsOf(lung, rows);
  return box01(pair, [start, end], [rows.from, rows.to]);
}

function hilum(pair: LungPair, lung: Lung): Box01 {
  const rows = rowsBetween(lung, ...HILUM_ROWS);
  const { start, end } = columnsOf(lung, rows);
  const sign = lateralSign(lung.side);
  const medial = medianMedialEdge(lung, rows);
  const lateral = medial + sign * HILUM_WIDTH * (end - start);
  const inside = medial - sign * HILUM_INTO_GAP * medianGap(pair, rows);
  return box01(pair, [inside, lateral], [rows.from, rows.to]);
}

function medianMedialEdge(lung: Lung, rows: Rows): number {
  const edges: number[] = [];
  for (let y = rows.from; y < rows.to; y++) edges.push(medialEdge(lung, y));
  return edges.sort((a, b) => a - b)[edges.length >> 1];
}

function hemidiaphragm(pair: LungPair, lung: Lung): Box01 {
  const margin = DOME_MARGIN * (lung.bottom - lung.top);
  const top = domeTop(lung) - margin;
  const { start, end } = columnsOf(lung, { from: Math.floor(top), to: lung.bottom });
  return box01(pair, [start, end], [top, lung.bottom + margin]);
}

function costophrenicAngle(pair: LungPair, lung: Lung): Box01 {
  const { start, end } = columnsOf(lung, rowsBetween(lung, 0, 1));
  const width = end - start;
  const height = lung.bottom - lung.top;
  const sign = lateralSign(lung.side);
  const tip = lowestEnd(lung, start, end, sign);
  const rows = { from: Math.round(tip - ANGLE_HEIGHT * height), to: tip };
  const near = columnsOf(lung, rows);
  const lateral = (sign < 0 ? near.start : near.end) + sign * ANGLE_MARGIN * width;
  const medial = lateral - sign * ANGLE_WIDTH * width;
  return box01(pair, [medial, lateral], [rows.from, tip + ANGLE_MARGIN * height]);
}

/** End of the lowest column in the lateral part of the lung. */
function lowestEnd(lung: Lung, start: number, end: number, sign: -1 | 1): number {
  const reach = Math.ceil(ANGLE_COLUMNS * (end - start));
  const part = sign < 0 ? [start, start + reach] : [end - reach, end];
  return lung.columnEnd.subarray(part[0], part[1]).reduce((a, b) => Math.max(a, b), 0);
}

function offsetsBetween(width: number, [from, to]: readonly [number, number]): number[] {
  const first = Math.floor(from * width);
  return Array.from({ length: Math.ceil(to * width) - first }, (_, i) => first + i);
}
