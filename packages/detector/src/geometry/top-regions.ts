import { type Box, softmax } from '@cxrkit/core';
import { clipBoxes, decodeBoxes, ROI_DELTA_WEIGHTS } from './box-coder.js';
import { boxCount, expectLength } from './expect-length.js';

/** What the box head says of the N proposals of one image. */
export interface BoxHeadOutput {
  /** `[N, C + 1]`; column 0 is background. */
  readonly logits: Float32Array;
  /** `[N, (C + 1) * 4]` dx, dy, dw, dh for each class. */
  readonly deltas: Float32Array;
  /** `[N, 4]` in canvas pixels. */
  readonly proposals: Float32Array;
  /** C, background not counted. */
  readonly regionCount: number;
  readonly canvasWidth: number;
  readonly canvasHeight: number;
}

/** The one box of a region. */
export interface TopRegion {
  /** True when the region is the best one of at least one proposal. */
  readonly detected: boolean;
  /** Class probability in [0, 1]; 0 when not detected. */
  readonly score: number;
  /** The proposal whose pooled features belong to the region; -1 when not detected. */
  readonly proposalIndex: number;
  /** Refined box in canvas pixels, inside the canvas; null when not detected. */
  readonly box: Box | null;
}

/**
 * Chooses one box for each region: every proposal votes for its best region only, and the region
 * takes the proposal that votes for it with the greatest probability. There is no score threshold.
 *
 * @returns `[C]` in region order; all undetected when there is no proposal.
 * @throws {@link InvalidInputError} if an array does not have the size its shape says.
 * @see RGRG `custom_roi_heads.py:63-208`.
 */
export function topRegions(output: BoxHeadOutput): TopRegion[] {
  const { logits, deltas, proposals, regionCount } = output;
  const count = boxCount('proposals', proposals);
  const classCount = regionCount + 1;
  expectLength('logits', logits, count * classCount, '[N, C + 1]');
  expectLength('deltas', deltas, count * classCount * 4, '[N, (C + 1) * 4]');

  const detected = new Uint8Array(classCount);
  const scores = new Float32Array(classCount);
  const winners = new Int32Array(classCount);
  for (let n = 0; n < count; n++) {
    // The background takes its share of the probability and is then out of the race.
    const probabilities = softmax(logits.subarray(n * classCount, (n + 1) * classCount));
    const best = bestForeground(probabilities);
    detected[best] = 1;
    if (probabilities[best] > scores[best]) {
      scores[best] = probabilities[best];
      winners[best] = n;
    }
  }
  return Array.from({ length: regionCount }, (_, region) => {
    const c = region + 1;
    if (!detected[c]) return { detected: false, score: 0, proposalIndex: -1, box: null };
    const box = refinedBox(output, winners[c], c);
    return { detected: true, score: scores[c], proposalIndex: winners[c], box };
  });
}

function bestForeground(probabilities: Float32Array): number {
  let best = 1;
  for (let c = 2; c < probabilities.length; c++) {
    if (probabilities[c] > probabilities[best]) best = c;
  }
  return best;
}

function refinedBox(output: BoxHeadOutput, proposal: number, c: number): Box {
  const { deltas, proposals, regionCount, canvasWidth, canvasHeight } = output;
  const offset = (proposal * (regionCount + 1) + c) * 4;
  const decoded = decodeBoxes(
    deltas.subarray(offset, offset + 4),
    proposals.subarray(proposal * 4, proposal * 4 + 4),
    ROI_DELTA_WEIGHTS,
  );
  clipBoxes(decoded, canvasWidth, canvasHeight);
  return [decoded[0], decoded[1], decoded[2], decoded[3]];
}
