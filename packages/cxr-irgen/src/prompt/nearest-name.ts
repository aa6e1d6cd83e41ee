/**
 * Finds the name that was probably meant: the one with the fewest edits, to all of it or to one of its words.
 *
 * @param wanted - In lower case.
 * @param names - At least one; of equally near ones the first wins.
 */
export function nearestName<T extends string>(wanted: string, names: readonly T[]): T {
  const distance = (name: string): number => {
    const words = name.toLowerCase().split(' ');
    // A word alone is a worse match than the whole name.
    const byWord = Math.min(...words.map((word) => editDistance(wanted, word))) + 0.5;
    return Math.min(editDistance(wanted, words.join(' ')), byWord);
  };
  return names.reduce((best, name) => (distance(name) < distance(best) ? name : best));
}

/** Fewest insertions, deletions and replacements that turn one text into another (Wagner & Fischer 1974). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
