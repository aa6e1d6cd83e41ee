import type { AnatomicalRegion } from '@cxrkit/core';

/** Side or kind of a region; each has its colour. */
export type RegionKind = 'right' | 'left' | 'middle' | 'heart' | 'below';

/** Bright on a dark X-ray, told apart by colour-blind eyes too (after Okabe & Ito 2008). */
export const KIND_COLORS: Readonly<Record<RegionKind, string>> = {
  right: '#ffb000',
  left: '#4cc3ff',
  middle: '#4ee6a8',
  heart: '#ff7aa8',
  below: '#d9d9d9',
};

const HEART: readonly string[] = [
  'cardiac silhouette',
  'right atrium',
  'cavoatrial junction',
  'svc',
];

/** @returns What a region counts as. */
function regionKind(name: AnatomicalRegion | string): RegionKind {
  if (HEART.includes(name)) return 'heart';
  if (name.startsWith('right ')) return 'right';
  if (name.startsWith('left ')) return 'left';
  return name === 'abdomen' ? 'below' : 'middle';
}

/** @returns The region's colour. */
export function regionColor(name: AnatomicalRegion | string): string {
  return KIND_COLORS[regionKind(name)];
}

/** @returns A name short enough to stand in a picture; the colour tells the side. */
export function shortName(name: AnatomicalRegion | string): string {
  return name
    .replace(/^right /, 'R ')
    .replace(/^left /, 'L ')
    .replace('lung zone', 'zone')
    .replace('structures', '')
    .replace('R atrium', 'right atrium')
    .trim();
}
