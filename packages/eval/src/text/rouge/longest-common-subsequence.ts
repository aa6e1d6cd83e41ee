/** Numbers words over two texts, so that comparing them compares integers. */
export function numberWords(...texts: readonly (readonly string[])[]): Int32Array[] {
  const numbers = new Map<string, number>();
  return texts.map((words) =>
    Int32Array.from(words, (word) => {
      const known = numbers.get(word);
      if (known !== undefined) return known;
      numbers.set(word, numbers.size);
      return numbers.size - 1;
    }),
  );
}

/** @returns Length of the longest common subsequence; time `a.length * b.length`, one row of memory. */
export function lcsLength(a: Int32Array, b: Int32Array): number {
  const row = new Int32Array(b.length + 1);
  for (let i = 0; i < a.length; i++) {
    const word = a[i];
    let diagonal = 0;
    let left = 0;
    for (let j = 1; j < row.length; j++) {
      const above = row[j];
      left = b[j - 1] === word ? diagonal + 1 : Math.max(above, left);
      row[j] = left;
      diagonal = above;
    }
  }
  return row[b.length];
}

/**
 * Finds the places of one longest common subsequence in `a`; of several, the one google's `rouge_score` takes (it steps
 * back along `a` unless the row below is strictly longer).
 *
 * @returns Indices into `a`, ascending.
 */
export function lcsIndices(a: Int32Array, b: Int32Array): number[] {
  const width = b.length + 1;
  const table = new Int32Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j < width; j++) {
      const at = i * width + j;
      table[at] =
        a[i - 1] === b[j - 1]
          ? table[at - width - 1] + 1
          : Math.max(table[at - width], table[at - 1]);
    }
  const indices: number[] = [];
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    if (a[i - 1] === b[j - 1]) {
      indices.push(i - 1);
      i--;
      j--;
    } else if (table[i * width + j - 1] > table[(i - 1) * width + j]) j--;
    else i--;
  }
  return indices.reverse();
}
