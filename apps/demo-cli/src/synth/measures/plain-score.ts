import type { ModelScore } from '@cxrkit/core/model';
import type { ScoreContext } from '../../commands/measure/score.js';

/** Makes a score that is not a bootstrap over pictures. */
export function plainScore(
  metric: string,
  { dataset, n, value, ci95 }: Pick<ModelScore, 'dataset' | 'n' | 'value' | 'ci95'>,
  { split, command }: ScoreContext,
): ModelScore {
  return {
    ...{ metric, dataset, split, command, n, value: rounded(value) },
    ...(ci95 && { ci95: [rounded(ci95[0]), rounded(ci95[1])] as const }),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(5));

/** @returns Mean, and the middle 95 % by linear interpolation. */
export function spread(values: readonly number[]): {
  value: number;
  ci95: readonly [number, number];
} {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (q: number): number => {
    const at = q * (sorted.length - 1);
    const below = Math.floor(at);
    const above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  };
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  return { value, ci95: [quantile(0.025), quantile(0.975)] };
}
