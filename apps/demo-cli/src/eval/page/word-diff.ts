/** A stretch of words that both texts have, or that only this one has. */
export interface DiffPart {
  readonly text: string;
  readonly differs: boolean;
}

/** Words of a text from which the quadratic table of the comparison is not worth its memory. */
const MOST_WORDS = 4000;

/**
 * Tells the words of two texts that differ, by a longest common subsequence of words; case and punctuation at the ends
 * of words do not count.
 *
 * @returns The parts of each text; joined by spaces they give its words back.
 */
export function diffWords(a: string, b: string): readonly [DiffPart[], DiffPart[]] {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const [isLeftShared, isRightShared] = sharedWords(left.map(bare), right.map(bare));
  return [partsOf(left, isLeftShared), partsOf(right, isRightShared)];
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function bare(word: string): string {
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word;
}

function sharedWords(a: readonly string[], b: readonly string[]): readonly [boolean[], boolean[]] {
  const [inA, inB] = [a.map(() => false), b.map(() => false)];
  if (Math.max(a.length, b.length) > MOST_WORDS) return [inA, inB];
  const width = b.length + 1;
  // [a + 1, b + 1] lengths of the longest common subsequence of what follows.
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (a[i] === b[j]) {
      inA[i++] = true;
      inB[j++] = true;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i++;
    else j++;
  return [inA, inB];
}

function partsOf(words: readonly string[], isShared: readonly boolean[]): DiffPart[] {
  const parts: { text: string; differs: boolean }[] = [];
  for (const [i, word] of words.entries()) {
    const last = parts.at(-1);
    if (last?.differs === !isShared[i]) last.text += ` ${word}`;
    else parts.push({ text: word, differs: !isShared[i] });
  }
  return parts;
}
