/**
 * Finds the largest scores.
 *
 * @param scores - `[N]`, free of NaN.
 * @param count - How many are wanted; fewer are returned when there are fewer.
 * @returns Indices, largest score first, equal scores in ascending index.
 */
export function topIndices(scores: Float32Array, count: number): Int32Array {
  if (count <= 0 || scores.length === 0) return new Int32Array(0);
  const candidates =
    count >= scores.length ? Int32Array.from(scores.keys()) : candidatesOf(scores, count);
  candidates.sort((a, b) => scores[b] - scores[a] || a - b);
  return candidates.subarray(0, count);
}

// A native sort of the bare numbers is many times quicker than one with a comparator over all N.
function candidatesOf(scores: Float32Array, count: number): Int32Array {
  const threshold = scores.slice().sort()[scores.length - count];
  const candidates: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] >= threshold) candidates.push(i);
  }
  return Int32Array.from(candidates);
}
