import { InvalidInputError } from '@cxrkit/core';
import { type FindingStates, PROMPT_FINDINGS } from './findings.js';

const STATES: ReadonlySet<unknown> = new Set(['positive', 'negative', 'uncertain', 'unmentioned']);

/** @throws {@link InvalidInputError} for a finding or a state that we do not know, such as the codes of a table. */
export function checkFindings(findings: FindingStates): void {
  for (const [finding, state] of Object.entries(findings)) {
    if (!PROMPT_FINDINGS.some((name) => name === finding))
      throw new InvalidInputError(
        'findings',
        `names among ${PROMPT_FINDINGS.join(', ')}`,
        finding,
        'parseFindings reads names as people write them and suggests the nearest.',
      );
    if (!STATES.has(state))
      throw new InvalidInputError(`findings["${finding}"]`, [...STATES].join(', '), state);
  }
}
