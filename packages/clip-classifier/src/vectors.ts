/** @returns The scalar product; the cosine for vectors of length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** @returns The mean of unit vectors, scaled to length 1 (prompt ensembling, Radford et al. 2021, section 3.1.4). */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors)
    for (let i = 0; i < mean.length; i++) mean[i] += vector[i] / vectors.length;
  return normalized(mean);
}

/** @returns `vector` scaled to length 1; a zero vector stays zero. */
export function normalized(vector: Float32Array): Float32Array {
  const length = Math.sqrt(cosine(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : vector;
}
