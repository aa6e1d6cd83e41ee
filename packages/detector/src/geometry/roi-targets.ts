import { InvalidInputError, type Random } from '@cxrkit/core';
import { encodeBoxes, ROI_DELTA_WEIGHTS } from './box-coder.js';
import { boxCount, expectLength } from './expect-length.js';
import { gatherBoxes } from './gather-boxes.js';
import { matchBoxes } from './matcher.js';
import { type SampleOptions, sampleBalanced } from './samplers.js';

/** The regions marked on one image. */
export interface GroundTruth {
  /** `[G, 4]` x0, y0, x1, y1 in canvas pixels, of positive width and height. */
  readonly boxes: Float32Array;
  /** `[G]` region index + 1; 0 is background and not allowed here. */
  readonly classes: ArrayLike<number>;
}

/** Options of {@link roiTargets}. */
export interface RoiTargetOptions extends Partial<SampleOptions> {
  /** Overlap from which on a proposal is a find; below it is background. @defaultValue 0.5 */
  readonly foregroundIou?: number;
}

/** What the box head learns from one image; R = `count`, padded by weight 0. */
export interface RoiTargets {
  /** `[R, 4]` proposals in canvas pixels; (0, 0, 1, 1) where padded. */
  readonly boxes: Float32Array;
  /** `[R]` class of each, 0 for background. */
  readonly classes: BigInt64Array;
  /** `[R, 4]` dx, dy, dw, dh for the class's own four outputs, weighted (10, 10, 5, 5); 0 for background. */
  readonly deltas: Float32Array;
  /** `[R]` 1 where sampled, 0 where padded: weight of the class loss. */
  readonly classWeights: Float32Array;
  /** `[R]` 1 for a find, else 0: weight of the box loss. */
  readonly boxWeights: Float32Array;
  /** Number sampled, at most R: both losses are sums divided by it. */
  readonly sampled: number;
}

/**
 * Samples proposals of one image and says what the box head should give for them. The ground-truth
 * boxes join the proposals first, so that every region is learnt even while proposals are poor.
 * Never call this for evaluation: it lets the head see the answer.
 *
 * @param proposals - `[N, 4]` in canvas pixels; N may be 0.
 * @throws {@link InvalidInputError} if boxes and classes differ in number or a class is not positive.
 * @see torchvision `RoIHeads.select_training_samples`.
 */
export function roiTargets(
  proposals: Float32Array,
  groundTruth: GroundTruth,
  random: Random,
  { foregroundIou = 0.5, count = 512, positiveFraction = 0.25 }: RoiTargetOptions = {},
): RoiTargets {
  checkGroundTruth(groundTruth);
  const candidates = joinBoxes(proposals, groundTruth.boxes);
  const matches = matchBoxes(groundTruth.boxes, candidates, {
    foregroundIou,
    backgroundIou: foregroundIou,
    keepsBestOfEach: false,
  });
  const { positives, negatives } = sampleBalanced(matches, { count, positiveFraction }, random);
  const sampled = positives.length + negatives.length;

  const boxes = new Float32Array(count * 4);
  for (let i = sampled * 4; i < boxes.length; i += 4) boxes.set([0, 0, 1, 1], i);
  const found = gatherBoxes(candidates, positives);
  boxes.set(found);
  boxes.set(gatherBoxes(candidates, negatives), found.length);

  const truths = positives.map((candidate) => matches[candidate]);
  const classes = new BigInt64Array(count);
  truths.forEach((truth, r) => {
    classes[r] = BigInt(groundTruth.classes[truth]);
  });
  const deltas = new Float32Array(count * 4);
  deltas.set(encodeBoxes(gatherBoxes(groundTruth.boxes, truths), found, ROI_DELTA_WEIGHTS));
  return {
    boxes,
    classes,
    deltas,
    classWeights: new Float32Array(count).fill(1, 0, sampled),
    boxWeights: new Float32Array(count).fill(1, 0, positives.length),
    sampled,
  };
}

function joinBoxes(first: Float32Array, second: Float32Array): Float32Array {
  const joined = new Float32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function checkGroundTruth({ boxes, classes }: GroundTruth): void {
  expectLength('classes', classes, boxCount('boxes', boxes), '[G] as the boxes');
  for (let g = 0; g < classes.length; g++) {
    if (!Number.isInteger(classes[g]) || classes[g] < 1)
      throw new InvalidInputError('classes', 'region index + 1, at least 1', classes[g]);
  }
}
