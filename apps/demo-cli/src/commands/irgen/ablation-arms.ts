import type { VisionRules } from '@cxrkit/cxr-irgen/train';

/** What the two sides of the experiment are called. */
export type ArmName = 'text' | 'text+reference';

/** One side of the experiment. */
export interface Arm {
  readonly name: ArmName;
  /** Name of its folders. */
  readonly folder: string;
  readonly rules: VisionRules;
}

/**
 * Makes the two sides of the experiment: all of the rules are the same but the reference.
 *
 * @param rules - Those of the config; whichever reference they name is that of the second side.
 */
export function ablationArms(rules: VisionRules): readonly [text: Arm, reference: Arm] {
  const reference = rules.reference === 'none' ? 'random' : rules.reference;
  return [
    { name: 'text', folder: 'text', rules: { ...rules, reference: 'none' } },
    { name: 'text+reference', folder: 'text-reference', rules: { ...rules, reference } },
  ];
}
