import type { AnatomicalRegion } from '@cxrkit/core';

/** The patient's side. */
export type Side = 'right' | 'left';

/** Regions that tell on which side a finding of the lung or the pleura lies. */
const LATERAL_REGION =
  /^(?<side>right|left) (?:lung|(?<zone>upper|mid|lower) lung zone|(?<apex>apical) zone|hilar structures|costophrenic angle)$/u;

/**
 * Words the place of a finding on one side.
 *
 * @param regions - Regions in which the finding lies.
 * @param detail - `zone`: "in the right upper lung zone", or "in the right lung" when no zone is known or all are;
 *   the apex belongs to the upper zone. `side`: "on the right".
 * @returns `undefined` when no region says that it lies on this side.
 */
export function placeOfFinding(
  regions: readonly AnatomicalRegion[],
  side: Side,
  detail: 'zone' | 'side',
): string | undefined {
  const matches = regions
    .map((region) => LATERAL_REGION.exec(region)?.groups)
    .filter((groups) => groups?.side === side);
  if (matches.length === 0) return undefined;
  if (detail === 'side') return `on the ${side}`;
  const named = new Set(matches.map((groups) => (groups?.apex ? 'upper' : groups?.zone)));
  const zones = ['upper', 'mid', 'lower'].filter((zone) => named.has(zone));
  if (zones.length === 0 || zones.length === 3) return `in the ${side} lung`;
  return `in the ${side} ${zones.join(' and ')} lung zone${zones.length > 1 ? 's' : ''}`;
}
