import { type ChexpertFinding, InvalidInputError } from '@cxrkit/core';
import { type FindingState, type FindingStates, PROMPT_FINDINGS } from './findings.js';
import { nearestName } from './nearest-name.js';

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

function findingNamed(name: string): ChexpertFinding {
  const wanted = plain(name);
  const found = PROMPT_FINDINGS.find((finding) => plain(finding) === wanted);
  if (found) return found;
  const suggestion =
    wanted === ''
      ? 'Write names between commas, such as "Cardiomegaly,-Pneumothorax".'
      : `Did you mean "${nearestName(wanted, PROMPT_FINDINGS)}"?`;
  throw new InvalidInputError('findings', `one of ${PROMPT_FINDINGS.join(', ')}`, name, suggestion);
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}
