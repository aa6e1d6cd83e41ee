import type { ModelScore } from '@cxrkit/core/model';
import { bootstrap } from '@cxrkit/eval';

/** What is common to the scores of one measurement. */
export interface ScoreContext {
  readonly split: string;
  /** The command line, for the card. */
  readonly command: string;
  readonly seed: number;
}

/** Replicates of every interval. */
const REPLICATES = 1000;

/**
 * Measures a statistic with its 95 % percentile bootstrap interval over the cases.
 *
 * @returns No score where the statistic has no value, such as an AUROC with one class.
 */
export function measured<Case>(
  metric: string,
  dataset: string,
  cases: readonly Case[],
  statistic: (sample: readonly Case[]) => number | null,
  { split, command, seed }: ScoreContext,
): ModelScore[] {
  if (cases.length === 0) return [];
  const { value, low, high, n } = bootstrap(cases, statistic, { replicates: REPLICATES, seed });
  if (value === null || low === null || high === null) return [];
  return [
    {
      metric,
      dataset,
      split,
      command,
      n,
      value: rounded(value),
      ci95: [rounded(low), rounded(high)],
    },
  ];
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

export function mean(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** @returns A score as a line for people. */
export function scoreLine({ metric, dataset, value, ci95, n }: ModelScore): string {
  // What has no interval is a count or stands for itself.
  const shown = ci95
    ? `${value.toFixed(3)} [${ci95.map((end) => end.toFixed(3)).join(', ')}]`
    : String(value);
  return `${metric} | ${dataset}, n = ${n} | ${shown}`;
}
