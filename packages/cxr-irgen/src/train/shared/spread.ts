import { createRandom } from '@cxrkit/core';

/** @returns At most `count` items drawn by `seed`, in their order. */
export function spreadOf<T>(items: readonly T[], count: number, seed: number): T[] {
  const order = createRandom(seed, 0x5b1).shuffle([...items.keys()]);
  const chosen = new Set(order.slice(0, count));
  return items.filter((_, index) => chosen.has(index));
}
