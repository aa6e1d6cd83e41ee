/**
 * Copies chosen boxes.
 *
 * @param boxes - `[N, 4]`.
 * @param indices - `[K]` in [0, N).
 * @returns `[K, 4]`.
 */
export function gatherBoxes(boxes: Float32Array, indices: ArrayLike<number>): Float32Array {
  const gathered = new Float32Array(indices.length * 4);
  for (let k = 0; k < indices.length; k++) {
    gathered.set(boxes.subarray(indices[k] * 4, indices[k] * 4 + 4), k * 4);
  }
  return gathered;
}
