import { createRandom } from '@cxrkit/core';
import type { FindingStates } from '@cxrkit/cxr-irgen';

/** Which of the findings that a picture is known not to have are asked to be absent. */
export type AskedNegatives = 'all' | 'some' | 'none';

export const ASKED_NEGATIVES: readonly AskedNegatives[] = ['all', 'some', 'none'];

/** Chance that `some` speaks of a negative finding: that of the training. */
const NEGATIVE_RATE = 0.25;
/** Names the stream of random numbers by which negatives are left out. */
const NEGATIVE_STREAM = 0x3a7;

/**
 * Leaves negative findings out.
 *
 * @param seed - Decides with `row` which of them `some` keeps.
 */
export function withNegatives(
  states: FindingStates,
  negatives: AskedNegatives,
  [seed, row]: readonly [seed: number, row: number],
): FindingStates {
  if (negatives === 'all') return states;
  const random = createRandom(seed, NEGATIVE_STREAM, row);
  const rate = negatives === 'none' ? 0 : NEGATIVE_RATE;
  return Object.fromEntries(
    Object.entries(states).filter(([, state]) => state !== 'negative' || random.uniform() < rate),
  );
}
