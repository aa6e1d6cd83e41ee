import type { LabelledImage, Random } from '@cxrkit/core';

/**
 * How often each picture is drawn where one of a common kind is drawn once: `max(1, sqrt(threshold / frequency))` of its
 * rarest positive label, so that rare findings are learned, too (repeat factor sampling, Gupta, Dollár & Girshick 2019,
 * LVIS). Frequencies are those within a data set.
 *
 * @param threshold - Share of a data set's pictures; findings of more pictures are common.
 * @returns A factor of at least 1 for each item.
 */
export function repeatFactors(
  items: readonly Pick<LabelledImage, 'source' | 'findings'>[],
  threshold: number,
): number[] {
  const sizes = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { source, findings } of items) {
    add(sizes, source);
    for (const name of positives(findings)) add(counts, `${source} ${name}`);
  }
  return items.map(({ source, findings }) => {
    const factors = positives(findings).map((name) => {
      const frequency = (counts.get(`${source} ${name}`) ?? 0) / (sizes.get(source) ?? 1);
      return Math.sqrt(threshold / frequency);
    });
    return Math.max(1, ...factors);
  });
}

/** Repeats items by their factors; what a factor is beyond a whole number decides by chance. */
export function repeated<Item>(
  items: readonly Item[],
  factors: readonly number[],
  random: Random,
): Item[] {
  return items.flatMap((item, i) => {
    const whole = Math.floor(factors[i]);
    const times = whole + (random.uniform() < factors[i] - whole ? 1 : 0);
    return Array<Item>(times).fill(item);
  });
}

function positives(findings: LabelledImage['findings']): string[] {
  return Object.entries(findings).flatMap(([name, label]) => (label === 1 ? [name] : []));
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
