import type { AnatomicalRegion } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { type Box01, box01 } from './box01.js';
import { type HeartBorder, heartBorder } from './heart-border.js';
import { columnsOf, medialEdge, rowsBetween } from './lung.js';
import type { LungPair } from './lung-pair.js';
import { domeTop } from './lung-regions.js';
import { smoothPicture } from './smooth-picture.js';

// Shares of the left lung's height: where the silhouette begins, and where its borders are sought.
const HEART_TOP = 0.4;
const BORDER_TOP = 0.45;
const BORDER_MARGIN = 0.02;

/** Weakest border that is believed, in grey levels per hundredth of the width. */
const MINIMUM_CONTRAST = 8;

/** Cardiothoracic ratios that are believed; beyond them a border was taken from something else. */
const BELIEVED_RATIOS = [0.32, 0.65] as const;

/**
 * Derives the cardiac silhouette and the mediastinum. The mask alone does not determine them, as it
 * covers the lung behind the heart: the lateral borders are traced in the picture.
 *
 * @param upperMediastinum - The upper end of the mediastinum.
 * @returns Two boxes, or none where a border is too faint or the heart's width not believable.
 */
export function heartRegions(
  picture: GrayImage,
  pair: LungPair,
  upperMediastinum: Box01,
): Map<AnatomicalRegion, Box01> {
  const borders = findBorders(picture, pair);
  if (borders === null) return new Map();
  const { right, left } = pair;
  const start = percentile(borders.right.columns, 0.05);
  const end = percentile(borders.left.columns, 0.95) + 1;
  const chest =
    columnsOf(left, rowsBetween(left, 0, 1)).end - columnsOf(right, rowsBetween(right, 0, 1)).start;
  const ratio = (end - start) / chest;
  if (ratio < BELIEVED_RATIOS[0] || ratio > BELIEVED_RATIOS[1]) return new Map();

  const top = rowsBetween(left, HEART_TOP, 1).from;
  const heart = box01(pair, [start, end], [top, heartBottom(pair, end)]);
  return new Map<AnatomicalRegion, Box01>([
    ['cardiac silhouette', heart],
    ['mediastinum', union(heart, upperMediastinum)],
  ]);
}

function findBorders(
  picture: GrayImage,
  pair: LungPair,
): { readonly right: HeartBorder; readonly left: HeartBorder } | null {
  const { width, height, left, right } = pair;
  const levels = smoothPicture(picture, width, height, width / 100, height / 50);
  const from = rowsBetween(left, BORDER_TOP, 1).from;
  const to = Math.min(domeTop(right), domeTop(left)) - Math.round(BORDER_MARGIN * height);
  if (to - from < BORDER_MARGIN * height) return null;
  const border = {
    right: heartBorder(levels, width, right, { from, to }),
    left: heartBorder(levels, width, left, { from, to }),
  };
  if (border.right === null || border.left === null) return null;
  const contrast = Math.min(border.right.contrast, border.left.contrast);
  return contrast < MINIMUM_CONTRAST ? null : { right: border.right, left: border.left };
}

/** The heart lies on the left dome: the median lower end of the left lung between the spine and the heart's border. */
function heartBottom({ left }: LungPair, heartEnd: number): number {
  const medial = medialEdge(left, rowsBetween(left, HEART_TOP, 1).from);
  const ends = left.columnEnd.subarray(medial, heartEnd).filter((end) => end > 0);
  return percentile(ends, 0.5);
}

function percentile(values: Int32Array, share: number): number {
  return values.slice().sort()[Math.floor(share * (values.length - 1))];
}

function union(a: Box01, b: Box01): Box01 {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}
