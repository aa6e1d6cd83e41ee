import { boxCount, expectLength } from './expect-length.js';
import { boxAreas, overlap } from './overlap.js';
import { topIndices } from './top-indices.js';

/**
 * Removes boxes that overlap a better one.
 *
 * @param boxes - `[N, 4]` x0, y0, x1, y1.
 * @param scores - `[N]`; only their order matters, equal scores keep their order.
 * @param iouThreshold - A box goes when its overlap with a better kept box is *greater* than this, in [0, 1].
 * @param maximum - Stops after so many kept boxes.
 * @returns Indices of the kept boxes, best score first.
 * @throws {@link InvalidInputError} if the lengths differ.
 * @see Neubeck & Van Gool 2006; torchvision `ops.nms`, whose kept indices these are.
 */
export function nonMaxSuppression(
  boxes: Float32Array,
  scores: Float32Array,
  iouThreshold: number,
  maximum: number = Number.POSITIVE_INFINITY,
): Int32Array {
  const count = boxCount('boxes', boxes);
  expectLength('scores', scores, count, '[N] as the boxes');
  const order = topIndices(scores, count);
  const areas = boxAreas(boxes);
  const isSuppressed = new Uint8Array(count);
  const kept: number[] = [];
  for (let i = 0; i < count && kept.length < maximum; i++) {
    const best = order[i];
    if (isSuppressed[best]) continue;
    kept.push(best);
    for (let j = i + 1; j < count; j++) {
      const other = order[j];
      if (isSuppressed[other]) continue;
      if (overlap(boxes, areas, best, boxes, areas, other) > iouThreshold) isSuppressed[other] = 1;
    }
  }
  return Int32Array.from(kept);
}
