/**
 * Weighs tokens by how few references hold them: ln((N + 1) / (df + 1)), ln(N + 1) for a token of none.
 *
 * @param references - Tokens of each reference text.
 * @see Zhang et al. 2020, "BERTScore", section 3, importance weighting; bert_score/utils.py, `get_idf_dict`.
 */
export function inverseDocumentFrequency(
  references: Iterable<readonly (number | string)[]>,
): (token: number | string) => number {
  const frequency = new Map<number | string, number>();
  let n = 0;
  for (const tokens of references) {
    n++;
    for (const token of new Set(tokens)) frequency.set(token, (frequency.get(token) ?? 0) + 1);
  }
  return (token) => Math.log((n + 1) / ((frequency.get(token) ?? 0) + 1));
}
