import type { Random } from '@cxrkit/core';
import { encodeBoxes, RPN_DELTA_WEIGHTS } from './box-coder.js';
import { gatherBoxes } from './gather-boxes.js';
import { type MatchOptions, matchBoxes } from './matcher.js';
import { type SampleOptions, sampleBalanced } from './samplers.js';

/** Options of {@link rpnTargets}. */
export interface RpnTargetOptions extends Partial<MatchOptions>, Partial<SampleOptions> {}

/** What the region proposal network learns from one image; S = `count`, padded by weight 0. */
export interface RpnTargets {
  /** `[S]` anchors, in the order (y W + x) A + a; 0 where padded. */
  readonly indices: BigInt64Array;
  /** `[S]` 1 for a find, 0 for background. */
  readonly labels: Float32Array;
  /** `[S, 4]` dx, dy, dw, dh of the finds, else 0. */
  readonly deltas: Float32Array;
  /** `[S]` 1 where sampled, 0 where padded: weight of the objectness loss. */
  readonly weights: Float32Array;
  /** `[S]` 1 for a find, else 0: weight of the box loss. */
  readonly boxWeights: Float32Array;
  /** Number sampled, at most S: both losses are sums over it divided by it. */
  readonly sampled: number;
}

/**
 * Samples anchors of one image and says what the region proposal network should give there.
 * Defaults as RGRG trains: finds from IoU 0.7 on and the best anchor of each region, background
 * below 0.3, 256 anchors, half of them finds at most.
 *
 * @param anchors - `[M, 4]` of `gridAnchors`.
 * @param groundTruth - `[G, 4]` in canvas pixels, of positive width and height; G may be 0.
 * @see torchvision `RegionProposalNetwork.assign_targets_to_anchors` and `compute_loss`.
 */
export function rpnTargets(
  anchors: Float32Array,
  groundTruth: Float32Array,
  random: Random,
  {
    foregroundIou = 0.7,
    backgroundIou = 0.3,
    keepsBestOfEach = true,
    count = 256,
    positiveFraction = 0.5,
  }: RpnTargetOptions = {},
): RpnTargets {
  const matches = matchBoxes(groundTruth, anchors, {
    foregroundIou,
    backgroundIou,
    keepsBestOfEach,
  });
  const { positives, negatives } = sampleBalanced(matches, { count, positiveFraction }, random);
  const sampled = positives.length + negatives.length;

  const indices = new BigInt64Array(count);
  positives.forEach((anchor, s) => {
    indices[s] = BigInt(anchor);
  });
  negatives.forEach((anchor, s) => {
    indices[positives.length + s] = BigInt(anchor);
  });
  const deltas = new Float32Array(count * 4);
  const truth = gatherBoxes(
    groundTruth,
    positives.map((anchor) => matches[anchor]),
  );
  deltas.set(encodeBoxes(truth, gatherBoxes(anchors, positives), RPN_DELTA_WEIGHTS));
  return {
    indices,
    labels: new Float32Array(count).fill(1, 0, positives.length),
    deltas,
    weights: new Float32Array(count).fill(1, 0, sampled),
    boxWeights: new Float32Array(count).fill(1, 0, positives.length),
    sampled,
  };
}
