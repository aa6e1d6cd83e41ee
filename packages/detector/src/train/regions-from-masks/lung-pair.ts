import { InvalidInputError } from '@cxrkit/core';
import { findLung, type Lung, medialEdge, type Rows } from './lung.js';
import { checkLungMask, type LungMask, type Side } from './lung-mask.js';

/** Both lungs of one picture. */
export interface LungPair {
  /** Of the mask, and so the unit of every number in the lungs. */
  readonly width: number;
  readonly height: number;
  readonly right: Lung;
  readonly left: Lung;
}

/** Smallest lung that is believed, as a share of the picture; the smallest of 3,765 Kermany lungs has 0.07. */
const MINIMUM_AREA = 0.02;

/** Rows in which both lungs must stand side by side, as a share of the shorter lung. */
const MINIMUM_SHARED_HEIGHT = 0.5;

/**
 * Finds both lungs.
 *
 * @throws {@link InvalidInputError} that says why the mask is unfit: malformed, a lung missing or
 * too small, lungs swapped, lungs not side by side, or no gap between them.
 */
export function findLungs(mask: LungMask): LungPair {
  checkLungMask(mask);
  const { width, height } = mask;
  const pair = { width, height, right: believable(mask, 'right'), left: believable(mask, 'left') };
  const shared = sharedRows(pair);
  const shorter = Math.min(heightOf(pair.right), heightOf(pair.left));
  if (shared.to - shared.from < MINIMUM_SHARED_HEIGHT * shorter)
    refuse('lungs side by side', 'one lung above the other');
  const gap = medianGap(pair, shared);
  if (gap <= -MINIMUM_AREA * width)
    refuse(
      'the right lung (1) on the left of the picture',
      'it on the right: the lungs are swapped or the picture is mirrored',
    );
  if (gap <= 0) refuse('a mediastinum between the lungs', 'lungs that overlap');
  return pair;
}

/** The rows in which both lungs are. */
export function sharedRows({ right, left }: Pick<LungPair, 'right' | 'left'>): Rows {
  return { from: Math.max(right.top, left.top), to: Math.min(right.bottom, left.bottom) };
}

/** Median distance between the lungs in some rows that both reach, in mask pixels. */
export function medianGap({ right, left }: Pick<LungPair, 'right' | 'left'>, rows: Rows): number {
  const gaps: number[] = [];
  for (let y = rows.from; y < rows.to; y++) gaps.push(medialEdge(left, y) - medialEdge(right, y));
  return gaps.sort((a, b) => a - b)[gaps.length >> 1];
}

function believable(mask: LungMask, side: Side): Lung {
  const lung = findLung(mask, side);
  if (lung === null) return refuse('both lungs', `no ${side} lung`);
  const share = lung.area / (mask.width * mask.height);
  if (share < MINIMUM_AREA)
    refuse(
      `each lung to cover ${MINIMUM_AREA * 100} % of the picture`,
      `a ${side} lung of ${(share * 100).toFixed(2)} %`,
    );
  return lung;
}

function heightOf({ top, bottom }: Lung): number {
  return bottom - top;
}

function refuse(expected: string, actual: string): never {
  throw new InvalidInputError('lung mask', expected, actual, 'Leave this picture out.');
}
