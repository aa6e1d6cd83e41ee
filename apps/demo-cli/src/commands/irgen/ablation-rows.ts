import { createRandom } from '@cxrkit/core';
import { findingStates } from '@cxrkit/cxr-irgen';
import { type AskedNegatives, withNegatives } from '../../synth/asked-negatives.js';
import { readReferences } from '../../synth/reference-pictures.js';
import type { AskedRow } from '../../synth/row-origins.js';
import type { ArmName } from './ablation-arms.js';
import type { AblationOptions } from './ablation-options.js';
import type { AblationPlan } from './ablation-plan.js';

/** Names the stream of random numbers by which pictures of `val` are taken. */
const ROW_STREAM = 0xab1;

/**
 * Asks for the labels of pictures of `val`, each as often as the count allows, in an order drawn by the seed: the same
 * rows for both sides, but for the references.
 */
export async function ablationRows(
  { pictures, rules, sources }: AblationPlan,
  arm: ArmName,
  { data, count, seed = 0 }: AblationOptions,
): Promise<AskedRow[]> {
  const order = createRandom(seed, ROW_STREAM).shuffle(
    pictures.filter(({ item }) => item.split === 'val'),
  );
  const rule = { pick: 'random', match: 'positives', sources } as const;
  const references = arm === 'text' ? undefined : await readReferences(data, rule);
  const negatives: AskedNegatives = rules.negatives;
  const each = Math.floor(count / order.length);
  return order.flatMap((picture, i) => {
    const times = each + (i < count % order.length ? 1 : 0);
    if (times === 0) return [];
    const findings = withNegatives(findingStates(picture.item.findings), negatives, [seed, i]);
    const reference = references?.referenceFor(findings, picture);
    return [{ row: { findings, count: times, ...(reference && { reference }) }, picture }];
  });
}
