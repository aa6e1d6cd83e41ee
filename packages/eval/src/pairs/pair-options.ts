import { CHEXPERT_FINDINGS, InvalidInputError } from '@cxrkit/core';
import { type LabelPolicy, resolveLabel } from '../classification/label-policy.js';
import type { Label } from '../clinical/label-row.js';
import type { ImageReportPair } from './image-report-pair.js';

/** Who says something of a finding. */
export type PairSide = 'asked' | 'image' | 'report';

// Policies that read a missing label as 0, and how they read an uncertain one.
const BLANK_IS_NEGATIVE = {
  blank_is_negative_uncertain_ignored: 'ignore',
  blank_is_negative_uncertain_one: 'ones',
  blank_is_negative_uncertain_zero: 'zeros',
} as const;

/** What becomes of uncertain and of missing labels; `ignore`, `ones` and `zeros` leave missing ones out. */
export type PairLabelPolicy = LabelPolicy | keyof typeof BLANK_IS_NEGATIVE;

const POLICIES: readonly PairLabelPolicy[] = [
  'ignore',
  'ones',
  'zeros',
  ...(Object.keys(BLANK_IS_NEGATIVE) as (keyof typeof BLANK_IS_NEGATIVE)[]),
];

/** Choices of the agreement of pairs. */
export interface PairOptions {
  /** @defaultValue the 14 CheXpert findings */
  readonly findings?: readonly string[];
  /**
   * Probability from which the classifier says yes, one or by finding.
   *
   * @defaultValue 0.5
   */
  readonly threshold?: number | Readonly<Record<string, number>>;
  /**
   * A report that does not speak of a finding denies it; an image without a prediction says nothing.
   *
   * @defaultValue asked and report `blank_is_negative_uncertain_ignored`, image `ignore`
   */
  readonly policies?: Readonly<Partial<Record<PairSide, PairLabelPolicy>>>;
}

/** Options with every default filled in. */
export interface PairSettings {
  readonly findings: readonly string[];
  readonly thresholds: Readonly<Record<string, number>>;
  readonly policies: Readonly<Record<PairSide, PairLabelPolicy>>;
}

/** Fills in the defaults and checks what was given. */
export function pairSettings(options: PairOptions): PairSettings {
  const { findings = CHEXPERT_FINDINGS, threshold = 0.5, policies = {} } = options;
  if (findings.length === 0 || new Set(findings).size !== findings.length)
    throw new InvalidInputError('findings', 'at least one finding, each once', findings);
  const thresholds = Object.fromEntries(
    findings.map((finding) => {
      const value = typeof threshold === 'number' ? threshold : threshold[finding];
      if (!(value >= 0 && value <= 1))
        throw new InvalidInputError(`threshold of ${finding}`, 'a number in [0, 1]', value);
      return [finding, value];
    }),
  );
  const blank = 'blank_is_negative_uncertain_ignored';
  const chosen = { asked: blank, image: 'ignore', report: blank, ...policies } as const;
  for (const [side, policy] of Object.entries(chosen))
    if (!POLICIES.includes(policy))
      throw new InvalidInputError(`policies.${side}`, `one of ${POLICIES.join(', ')}`, policy);
  return { findings, thresholds, policies: chosen };
}

/** Checks that no pair is given twice. */
export function checkPairs(pairs: readonly ImageReportPair[]): void {
  const ids = new Set<string>();
  for (const [i, { id }] of pairs.entries()) {
    if (id === undefined) continue;
    if (ids.has(id)) throw new InvalidInputError(`pairs[${i}].id`, 'an id not yet used', id);
    ids.add(id);
  }
}

/** @returns What one side says of a finding, 1 or 0, or `null` where the policy leaves it out. */
export function pairLabel(
  pair: ImageReportPair,
  side: PairSide,
  finding: string,
  { thresholds, policies }: PairSettings,
): 1 | 0 | null {
  const label = rawLabel(pair, side, finding, thresholds) ?? null;
  const policy = policies[side];
  if (label === 0 || label === 1) return label;
  const name = `${LABELS[side]}.${finding}`;
  if (!isBlankNegative(policy)) return resolveLabel(label, policy, name);
  return label === null ? 0 : resolveLabel(label, BLANK_IS_NEGATIVE[policy], name);
}

const LABELS = { asked: 'asked', image: 'imageLabels', report: 'reportLabels' } as const;

function isBlankNegative(policy: PairLabelPolicy): policy is keyof typeof BLANK_IS_NEGATIVE {
  return Object.hasOwn(BLANK_IS_NEGATIVE, policy);
}

/** @returns The classifier's probability, or `null` where it gave none. */
export function pairProbability(pair: ImageReportPair, finding: string): number | null {
  const value = pair.imageProbabilities?.[finding];
  if (value === undefined || value === null) return null;
  if (!(value >= 0 && value <= 1))
    throw new InvalidInputError(`imageProbabilities.${finding}`, 'a number in [0, 1]', value);
  return value;
}

function rawLabel(
  pair: ImageReportPair,
  side: PairSide,
  finding: string,
  thresholds: Readonly<Record<string, number>>,
): Label | undefined {
  if (side === 'asked') return pair.asked[finding];
  if (side === 'report') return pair.reportLabels[finding];
  const decided = pair.imageLabels?.[finding] ?? null;
  if (decided !== null) return decided;
  const probability = pairProbability(pair, finding);
  if (probability === null) return null;
  return probability >= thresholds[finding] ? 1 : 0;
}

/** @returns The part of a signature that says how the labels of some sides came about. */
export function labelConvention(
  { findings, thresholds, policies }: PairSettings,
  sides: readonly PairSide[],
): Record<string, string | number> {
  const values = findings.map((finding) => thresholds[finding]);
  const isOne = values.every((value) => value === values[0]);
  return {
    ...Object.fromEntries(sides.map((side) => [side, policies[side]])),
    ...(sides.includes('image') ? { threshold: isOne ? values[0] : values.join(',') } : {}),
  };
}
