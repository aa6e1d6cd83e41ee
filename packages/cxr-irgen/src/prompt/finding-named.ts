import { type ChexpertFinding, InvalidInputError } from '@cxrkit/core';
import { PROMPT_FINDINGS } from './findings.js';
import { editDistance, nearestName } from './nearest-name.js';

/** Edits that a slip of the pen makes. */
const SLIP = 2;

/**
 * Reads the name of a finding; case does not matter, and `_` or `-` may stand for a space.
 *
 * @throws {@link InvalidInputError} for an unknown one, naming the nearest.
 */
export function findingNamed(name: string): ChexpertFinding {
  const wanted = plain(name);
  const found = PROMPT_FINDINGS.find((finding) => plain(finding) === wanted);
  if (found) return found;
  const suggestion =
    wanted === ''
      ? 'Write names between commas, such as "Cardiomegaly,-Pneumothorax".'
      : `Did you mean "${nearestName(wanted, PROMPT_FINDINGS)}"?`;
  throw new InvalidInputError('findings', `one of ${PROMPT_FINDINGS.join(', ')}`, name, suggestion);
}

/**
 * Tells the finding that a name means or nearly means: for columns of a table, where other names stand beside them.
 *
 * @returns Whether it is `exact` as {@link findingNamed} reads it; `undefined` for a name unlike any.
 */
export function findingLike(
  name: string,
): { readonly finding: ChexpertFinding; readonly exact: boolean } | undefined {
  const wanted = plain(name);
  const distances = PROMPT_FINDINGS.map((finding) => editDistance(wanted, plain(finding)));
  const least = Math.min(...distances);
  const finding = PROMPT_FINDINGS[distances.indexOf(least)];
  // Two edits of a short name make another word.
  return least <= Math.min(SLIP, finding.length / 4) ? { finding, exact: least === 0 } : undefined;
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}
