/** Options of {@link SentenceSimilarity.matrix}. */
export interface SimilarityOptions {
  /** Checked before each sentence. */
  readonly signal?: AbortSignal | undefined;
}

/** Tells how alike sentences are. */
export interface SentenceSimilarity {
  /** Which measure it is; results say which one made them. */
  readonly name: 'bertscore' | 'lexical';
  /** @returns `[n * n]` F1 scores, symmetric, row-major; 1 for equal sentences. */
  matrix(sentences: readonly string[], options?: SimilarityOptions): Promise<Float64Array>;
}

/** Fills a symmetric `[n * n]` matrix from its upper triangle and diagonal. */
export function symmetricMatrix(
  size: number,
  value: (i: number, j: number) => number,
): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = i; j < size; j++) {
      matrix[i * size + j] = value(i, j);
      matrix[j * size + i] = matrix[i * size + j];
    }
  return matrix;
}
