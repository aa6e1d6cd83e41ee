import { InvalidInputError } from '@cxrkit/core';

/**
 * How labels that are not plain 0 or 1 are read (uncertain is -1, missing is `null`, as in CheXpert's files):
 * `ignore` leaves uncertain and missing out; `ones` and `zeros` read uncertain as that and leave missing out
 * (U-Ones, U-Zeros of Irvin et al. 2019, section 3); `blank_is_negative_uncertain_zero` reads both as 0.
 */
export type LabelPolicy = 'ignore' | 'ones' | 'zeros' | 'blank_is_negative_uncertain_zero';

const POLICIES: Readonly<
  Record<LabelPolicy, { readonly uncertain: 0 | 1 | null; readonly missing: 0 | null }>
> = {
  ignore: { uncertain: null, missing: null },
  ones: { uncertain: 1, missing: null },
  zeros: { uncertain: 0, missing: null },
  blank_is_negative_uncertain_zero: { uncertain: 0, missing: 0 },
};

/**
 * Reads a label by a policy.
 *
 * @param label - 1 positive, 0 negative, -1 uncertain, `null` or `undefined` missing.
 * @returns 0, 1, or `null` where the label is to be left out.
 * @throws {@link InvalidInputError} for any other label or policy.
 */
export function resolveLabel(
  label: number | null | undefined,
  policy: LabelPolicy,
  name = 'label',
): 0 | 1 | null {
  const rules = Object.hasOwn(POLICIES, policy) ? POLICIES[policy] : undefined;
  if (rules === undefined)
    throw new InvalidInputError('policy', `one of ${Object.keys(POLICIES).join(', ')}`, policy);
  if (label === null || label === undefined) return rules.missing;
  if (label === -1) return rules.uncertain;
  if (label === 0 || label === 1) return label;
  throw new InvalidInputError(
    name,
    '1 (positive), 0 (negative), -1 (uncertain) or null (missing)',
    label,
  );
}
