import { type FindingState, type FindingStates, PROMPT_FINDINGS } from './findings.js';

const STATES: readonly FindingState[] = ['unmentioned', 'negative', 'uncertain', 'positive'];

/** How many codes there are: one for each state of each finding. */
export const FINDING_CODES: number = PROMPT_FINDINGS.length * STATES.length;

/** States as the numbers that a network looks up, finding by finding. */
export function findingCodes(states: FindingStates): number[] {
  return PROMPT_FINDINGS.map(
    (finding, i) => i * STATES.length + STATES.indexOf(states[finding] ?? 'unmentioned'),
  );
}
