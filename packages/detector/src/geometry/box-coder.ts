import { boxCount, expectLength } from './expect-length.js';

/** Factors of dx, dy, dw, dh: an encoded delta is the geometric one times its factor. */
export type DeltaWeights = readonly [x: number, y: number, width: number, height: number];

/** Delta weights of the region proposal network. */
export const RPN_DELTA_WEIGHTS: DeltaWeights = [1, 1, 1, 1];

/** Delta weights of the box head (torchvision `RoIHeads`, Girshick's Fast R-CNN). */
export const ROI_DELTA_WEIGHTS: DeltaWeights = [10, 10, 5, 5];

/** Largest decoded log scale, ln(1000 / 16): keeps `exp` finite (torchvision `BoxCoder.bbox_xform_clip`). */
const MAXIMUM_LOG_SCALE = Math.log(1000 / 16);

/**
 * Says how `boxes` must be moved and scaled to become `targets`.
 *
 * @param targets - `[N, 4]` x0, y0, x1, y1, of positive width and height.
 * @param boxes - `[N, 4]` the boxes to start from (anchors or proposals), of positive width and height.
 * @returns `[N, 4]` dx, dy, dw, dh; the inverse of {@link decodeBoxes}.
 * @throws {@link InvalidInputError} if the lengths differ.
 */
export function encodeBoxes(
  targets: Float32Array,
  boxes: Float32Array,
  weights: DeltaWeights,
): Float32Array {
  const count = boxCount('boxes', boxes);
  expectLength('targets', targets, boxes.length, '[N, 4] as the boxes');
  const deltas = new Float32Array(boxes.length);
  for (let i = 0; i < count * 4; i += 4) {
    const width = boxes[i + 2] - boxes[i];
    const height = boxes[i + 3] - boxes[i + 1];
    const targetWidth = targets[i + 2] - targets[i];
    const targetHeight = targets[i + 3] - targets[i + 1];
    const shiftX = targets[i] + targetWidth / 2 - (boxes[i] + width / 2);
    const shiftY = targets[i + 1] + targetHeight / 2 - (boxes[i + 1] + height / 2);
    deltas[i] = (weights[0] * shiftX) / width;
    deltas[i + 1] = (weights[1] * shiftY) / height;
    deltas[i + 2] = weights[2] * Math.log(targetWidth / width);
    deltas[i + 3] = weights[3] * Math.log(targetHeight / height);
  }
  return deltas;
}

/**
 * Moves and scales boxes by deltas; the log scales are clamped at {@link MAXIMUM_LOG_SCALE}.
 *
 * @param deltas - `[N, 4]` dx, dy, dw, dh.
 * @param boxes - `[N, 4]` x0, y0, x1, y1.
 * @returns `[N, 4]` x0, y0, x1, y1, not clipped.
 * @throws {@link InvalidInputError} if the lengths differ.
 * @see torchvision `BoxCoder.decode_single`.
 */
export function decodeBoxes(
  deltas: Float32Array,
  boxes: Float32Array,
  weights: DeltaWeights,
): Float32Array {
  boxCount('boxes', boxes);
  expectLength('deltas', deltas, boxes.length, '[N, 4] as the boxes');
  const decoded = new Float32Array(boxes.length);
  for (let i = 0; i < boxes.length; i += 4) {
    const width = boxes[i + 2] - boxes[i];
    const height = boxes[i + 3] - boxes[i + 1];
    const centerX = boxes[i] + width / 2 + (deltas[i] / weights[0]) * width;
    const centerY = boxes[i + 1] + height / 2 + (deltas[i + 1] / weights[1]) * height;
    const halfWidth =
      (width * Math.exp(Math.min(deltas[i + 2] / weights[2], MAXIMUM_LOG_SCALE))) / 2;
    const halfHeight =
      (height * Math.exp(Math.min(deltas[i + 3] / weights[3], MAXIMUM_LOG_SCALE))) / 2;
    decoded[i] = centerX - halfWidth;
    decoded[i + 1] = centerY - halfHeight;
    decoded[i + 2] = centerX + halfWidth;
    decoded[i + 3] = centerY + halfHeight;
  }
  return decoded;
}

/**
 * Clips boxes to the canvas, in place.
 *
 * @param boxes - `[N, 4]` x0, y0, x1, y1 in canvas pixels.
 * @returns The same array.
 */
export function clipBoxes(boxes: Float32Array, width: number, height: number): Float32Array {
  for (let i = 0; i < boxes.length; i++) {
    boxes[i] = Math.min(Math.max(boxes[i], 0), i % 2 === 0 ? width : height);
  }
  return boxes;
}
