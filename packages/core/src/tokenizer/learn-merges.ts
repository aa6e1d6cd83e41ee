/** Joins the two parts of a pair in keys; no byte letter is a space. */
const BETWEEN = ' ';

/**
 * Merges the most frequent pair of neighbouring tokens, again and again.
 *
 * @param words - Frequency of each word; a word is a string of one-letter tokens.
 * @param most - Number of merges, fewer if no pair occurs twice.
 * @returns Pairs in the order of merging.
 */
export function learnMerges(words: ReadonlyMap<string, number>, most: number): [string, string][] {
  const spellings = [...words].map(([word, count]) => ({ parts: [...word], count }));
  const counts = new Map<string, number>();
  const places = new Map<string, Set<number>>();
  const tally = (index: number, sign: 1 | -1): void => {
    const { parts, count } = spellings[index];
    for (let i = 0; i + 1 < parts.length; i++) {
      const pair = parts[i] + BETWEEN + parts[i + 1];
      counts.set(pair, (counts.get(pair) ?? 0) + sign * count);
      const known = places.get(pair) ?? new Set();
      places.set(pair, known.add(index));
    }
  };
  for (const index of spellings.keys()) tally(index, 1);
  const merges: [string, string][] = [];
  while (merges.length < most) {
    const best = mostFrequent(counts);
    if (best === undefined) break;
    const [left, right] = best.split(BETWEEN);
    merges.push([left, right]);
    for (const index of places.get(best) ?? []) {
      tally(index, -1);
      spellings[index].parts = joined(spellings[index].parts, left, right);
      tally(index, 1);
    }
    counts.delete(best);
  }
  return merges;
}

/** The pair that occurs most, at least twice; the first in code-point order where several do. */
function mostFrequent(counts: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let most = 1;
  for (const [pair, count] of counts) {
    if (count < most || (count === most && (best === undefined || pair > best))) continue;
    best = pair;
    most = count;
  }
  return best;
}

function joined(parts: readonly string[], left: string, right: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const fits = parts[i] === left && parts[i + 1] === right;
    result.push(fits ? left + right : parts[i]);
    if (fits) i++;
  }
  return result;
}
