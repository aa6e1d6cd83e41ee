import { BatchSampler } from '@cxrkit/nn/train';

/** How examples are drawn. */
export interface OrderOptions {
  /** Walks through the examples as they stand, each epoch the same, instead of at random. */
  readonly isFixed: boolean;
  /** Frequency of each data set, of a random order. */
  readonly shares: Readonly<Record<string, number>>;
  readonly seed: number;
}

/**
 * Makes the order in which examples are seen; a pure function of the position, so that a resumed run sees the same.
 * At random each position draws its data set by the shares, so that a batch mixes them.
 *
 * @returns Index of the example at a position of the run.
 */
export function itemOrder(
  items: readonly { readonly source: string }[],
  { isFixed, shares, seed }: OrderOptions,
): (position: number) => number {
  if (isFixed) return (position) => position % items.length;
  const rows = items.map(({ source }, index) => ({ source, index }));
  const sampler = new BatchSampler(rows, 1, seed, shares);
  return (position) => sampler.items(position)[0].index;
}
