import { ModelOutputError, sigmoid } from '@cxrkit/core';
import { clipBoxes, decodeBoxes, RPN_DELTA_WEIGHTS } from './box-coder.js';
import { expectLength } from './expect-length.js';
import { gatherBoxes } from './gather-boxes.js';
import { nonMaxSuppression } from './non-max-suppression.js';
import { topIndices } from './top-indices.js';

/** What the region proposal network says of one image, in the layout the graph gives it. */
export interface ProposalInput {
  /** `[A, H, W]` logits. */
  readonly objectness: Float32Array;
  /** `[A * 4, H, W]`, channel a 4 + {dx, dy, dw, dh}. */
  readonly deltas: Float32Array;
  /** `[H * W * A, 4]` of `gridAnchors`. */
  readonly anchors: Float32Array;
  readonly featureWidth: number;
  readonly featureHeight: number;
  readonly canvasWidth: number;
  readonly canvasHeight: number;
}

/** Limits of the filter; the defaults are those of inference. */
export interface ProposalOptions {
  /** @defaultValue 1000 (RGRG trains with 2000) */
  readonly maximumBeforeSuppression?: number;
  /** @defaultValue 1000 (RGRG trains with 2000) */
  readonly maximumAfterSuppression?: number;
  /** @defaultValue 0.7 */
  readonly iouThreshold?: number;
  /** Boxes narrower or lower than this are dropped, in canvas pixels. @defaultValue 0.001 */
  readonly minimumSide?: number;
}

/** Proposals of one image, best first. */
export interface Proposals {
  /** `[N, 4]` x0, y0, x1, y1 in canvas pixels, inside the canvas. */
  readonly boxes: Float32Array;
  /** `[N]` objectness probabilities in [0, 1]. */
  readonly scores: Float32Array;
}

/**
 * Picks the proposals of one image: best logits, decoded, clipped, tiny ones dropped, overlapping
 * ones suppressed. May return none.
 *
 * @throws {@link InvalidInputError} if an array does not have the size its shape says.
 * @throws {@link ModelOutputError} if a logit is NaN.
 * @see torchvision `RegionProposalNetwork.filter_proposals`.
 */
export function filterProposals(
  {
    objectness,
    deltas,
    anchors,
    featureWidth,
    featureHeight,
    canvasWidth,
    canvasHeight,
  }: ProposalInput,
  {
    maximumBeforeSuppression = 1000,
    maximumAfterSuppression = 1000,
    iouThreshold = 0.7,
    minimumSide = 1e-3,
  }: ProposalOptions = {},
): Proposals {
  const cells = featureWidth * featureHeight;
  expectLength('deltas', deltas, objectness.length * 4, '[A * 4, H, W]');
  expectLength('anchors', anchors, objectness.length * 4, '[H * W * A, 4]');
  const logits = anchorOrder(objectness, cells);
  const top = topIndices(logits, maximumBeforeSuppression);
  const decoded = decodeBoxes(
    gatherDeltas(deltas, top, cells),
    gatherBoxes(anchors, top),
    RPN_DELTA_WEIGHTS,
  );
  clipBoxes(decoded, canvasWidth, canvasHeight);

  const large = top.map((_, k) => k).filter((k) => isLarge(decoded, k, minimumSide));
  const boxes = gatherBoxes(decoded, large);
  const scores = Float32Array.from(large, (k) => sigmoid(logits[top[k]]));
  const kept = nonMaxSuppression(boxes, scores, iouThreshold, maximumAfterSuppression);
  return { boxes: gatherBoxes(boxes, kept), scores: Float32Array.from(kept, (k) => scores[k]) };
}

/** `[A, H, W]` -> `[H * W * A]`. */
function anchorOrder(objectness: Float32Array, cells: number): Float32Array {
  const anchorCount = objectness.length / cells;
  if (!Number.isInteger(anchorCount))
    throw new ModelOutputError(
      `Expected [A, H, W] objectness for ${cells} cells, got ${objectness.length} logits.`,
    );
  const logits = new Float32Array(objectness.length);
  for (let a = 0; a < anchorCount; a++) {
    for (let cell = 0; cell < cells; cell++) {
      logits[cell * anchorCount + a] = objectness[a * cells + cell];
    }
  }
  if (logits.some(Number.isNaN))
    throw new ModelOutputError('The region proposal network gave NaN; its weights are damaged.');
  return logits;
}

/** `[A * 4, H, W]` -> `[K, 4]` of the chosen anchors. */
function gatherDeltas(deltas: Float32Array, chosen: Int32Array, cells: number): Float32Array {
  const anchorCount = deltas.length / (4 * cells);
  const gathered = new Float32Array(chosen.length * 4);
  for (let k = 0; k < chosen.length; k++) {
    const anchor = chosen[k] % anchorCount;
    const cell = (chosen[k] - anchor) / anchorCount;
    for (let d = 0; d < 4; d++) gathered[k * 4 + d] = deltas[(anchor * 4 + d) * cells + cell];
  }
  return gathered;
}

function isLarge(boxes: Float32Array, k: number, minimumSide: number): boolean {
  const i = k * 4;
  return boxes[i + 2] - boxes[i] >= minimumSide && boxes[i + 3] - boxes[i + 1] >= minimumSide;
}
