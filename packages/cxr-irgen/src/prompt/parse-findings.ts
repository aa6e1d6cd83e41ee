import { type ChexpertFinding, InvalidInputError } from '@cxrkit/core';
import { findingNamed } from './finding-named.js';
import { type FindingState, type FindingStates, PROMPT_FINDINGS } from './findings.js';

const SIGNS: Readonly<Record<string, FindingState>> = {
  '+': 'positive',
  '-': 'negative',
  '\u2212': 'negative',
  '?': 'uncertain',
};

/**
 * Reads findings as a person types them: `Cardiomegaly,-Pneumothorax,?Pneumonia` is positive, negative and uncertain.
 * Case does not matter, and `_` or `-` may stand for a space inside a name; an empty text mentions nothing.
 *
 * @throws {@link InvalidInputError} for an unknown finding, naming the nearest, and for one with two different signs.
 */
export function parseFindings(text: string): FindingStates {
  if (text.trim() === '') return {};
  const states = new Map<ChexpertFinding, FindingState>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const state = SIGNS[entry.charAt(0)];
    const finding = findingNamed(state ? entry.slice(1) : entry);
    const known = states.get(finding);
    const asked = state ?? 'positive';
    if (known !== undefined && known !== asked)
      throw new InvalidInputError(
        'findings',
        `${finding} with one sign`,
        `both ${known} and ${asked}`,
        'Name a finding once.',
      );
    states.set(finding, asked);
  }
  return Object.fromEntries(states);
}

/** Writes findings as {@link parseFindings} reads them, in the order of the prompt. */
export function formatFindings(states: FindingStates): string {
  const signs = { positive: '', negative: '-', uncertain: '?' };
  return PROMPT_FINDINGS.flatMap((finding) => {
    const state = states[finding] ?? 'unmentioned';
    return state === 'unmentioned' ? [] : [signs[state] + finding];
  }).join(',');
}
