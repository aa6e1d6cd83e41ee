import type { Resampled } from '../score/metric.js';
import type { TextPair } from './text-pair.js';
import { type TextOptions, textReader } from './text-reader.js';

/**
 * Computes the share of candidates that differ, prepared: near 0 for a generator that says the same of every picture.
 *
 * @returns A value in (0, 1]; in a resample a report counts once however often it is drawn. `null` of no items.
 */
export function distinctRatio(pairs: readonly TextPair[], options: TextOptions = {}): Resampled {
  const reader = textReader(options);
  const numbers = new Map<string, number>();
  const texts = Int32Array.from(pairs, (pair) => {
    const { candidate } = reader.read(pair);
    const number = numbers.get(candidate) ?? numbers.size;
    numbers.set(candidate, number);
    return number;
  });
  return {
    n: pairs.length,
    value(counts) {
      const seen = new Set<number>();
      let drawn = 0;
      for (let i = 0; i < texts.length; i++) {
        const weight = counts === undefined ? 1 : counts[i];
        if (weight > 0) seen.add(texts[i]);
        drawn += weight;
      }
      return drawn === 0 ? null : seen.size / drawn;
    },
  };
}
