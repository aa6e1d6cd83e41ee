import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers; equal seeds give equal streams on every machine. */
export interface Random {
  /** @returns Uniform in [0, 1). */
  uniform(): number;
  /** @returns Uniform integer in [0, `bound`). */
  integer(bound: number): number;
  /** @returns Standard normal (Box-Muller). */
  normal(): number;
  /** @returns A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Makes a seeded random stream.
 *
 * @param seed - Any 32-bit integer.
 * @param stream - Further integers that name an independent stream of the same seed, such as epoch and index.
 */
export function createRandom(seed: number, ...stream: readonly number[]): Random {
  const generator = xoroshiro128plus(
    stream.reduce((state, part) => mix(state, part), mix(0x9e3779b9, seed)),
  );
  const uniform = (): number => (generator.next() >>> 0) / 2 ** 32;
  const integer = (bound: number): number => Math.floor(uniform() * bound);
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: (items) => {
      const order = [...items];
      for (let i = order.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}

// Finaliser of MurmurHash3 (Appleby, public domain): spreads nearby seeds apart.
function mix(state: number, part: number): number {
  let h = (Math.imul(state, 31) + part) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
