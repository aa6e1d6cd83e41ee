import type { Random } from '@cxrkit/core';

/** Normal numbers from which a prior's flow starts. */
export function flowNoise(length: number, deviation: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => deviation * random.normal());
}
