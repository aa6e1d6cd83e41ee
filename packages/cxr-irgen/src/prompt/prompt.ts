import { type FindingState, type FindingStates, PROMPT_FINDINGS } from './findings.js';

/** How each group begins, in order. */
const GROUPS: readonly (readonly [FindingState, string])[] = [
  ['positive', ' with '],
  ['negative', ', without '],
  ['uncertain', ', and with uncertain '],
];

/**
 * Words the prompt of CXR-IRGen (`model/diffusion_model_UNet.py` of its code).
 *
 * @returns For instance `A chest X ray image with edema, without pneumothorax, and with uncertain pneumonia`.
 */
export function promptOf(states: FindingStates): string {
  const groups = GROUPS.map(([state, opening]) => {
    const names = PROMPT_FINDINGS.filter((finding) => states[finding] === state);
    return names.length === 0 ? '' : opening + names.join(' and ').toLowerCase();
  });
  return `A chest X ray image${groups.join('')}`;
}
