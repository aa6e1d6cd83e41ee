import { bootstrap } from '@cxrkit/eval';
import type { ArmName } from './ablation-arms.js';
import type { Estimate, RunScores } from './ablation-measure.js';

/** One training and what its images are worth. */
export interface RunRow {
  readonly arm: ArmName;
  readonly seed: number;
  readonly scores: RunScores;
}

/** How much better one side is, in percent of the other. */
export interface Change {
  /** From the mean over seeds of text to that of text + reference; above 0 is better with the reference. */
  readonly percent: number;
  /** Of the mean of the changes of single seeds, by Student's t over seeds; `null` with one seed. */
  readonly t95: readonly [low: number, high: number] | null;
  /** Of the change of the means, by the percentile bootstrap over seeds; rough for a few. `null` with one seed. */
  readonly bootstrap95: readonly [low: number, high: number] | null;
}

/** The experiment in numbers. */
export interface AblationSummary {
  /** Means over seeds by side. */
  readonly means: Readonly<
    Record<ArmName, { readonly fid: number; readonly auroc: number | null }>
  >;
  /** How much the FID falls. */
  readonly fid: Change;
  /** How much the AUROC grows; `null` where it could not be measured. */
  readonly auroc: Change | null;
}

/** Values of the same seed on both sides. */
export interface Pair {
  readonly text: number;
  readonly reference: number;
}

/** Compares the two sides, paired by seed. */
export function summarize(rows: readonly RunRow[], seed: number): AblationSummary {
  const pairsOf = (estimateOf: (scores: RunScores) => Estimate | null): Pair[] =>
    rows
      .filter(({ arm }) => arm === 'text')
      .flatMap((text) => {
        const other = rows.find((row) => row.arm !== 'text' && row.seed === text.seed);
        const [a, b] = [estimateOf(text.scores), other && estimateOf(other.scores)];
        return a && b ? [{ text: a.value, reference: b.value }] : [];
      });
  const fid = pairsOf((scores) => scores.fid);
  const auroc = pairsOf((scores) => scores.auroc);
  const hasAuroc = auroc.length > 0;
  const means = (side: keyof Pair) => ({
    fid: average(fid.map((pair) => pair[side])),
    auroc: hasAuroc ? average(auroc.map((pair) => pair[side])) : null,
  });
  return {
    means: { text: means('text'), 'text+reference': means('reference') },
    fid: change(fid, -1, seed),
    auroc: hasAuroc ? change(auroc, 1, seed) : null,
  };
}

/**
 * Relative change in percent with its intervals over seeds.
 *
 * @param direction - 1 where more is better, -1 where less is.
 */
export function change(pairs: readonly Pair[], direction: 1 | -1, seed: number): Change {
  const relative = (some: readonly Pair[]): number => {
    const text = average(some.map((pair) => pair.text));
    const reference = average(some.map((pair) => pair.reference));
    return (100 * direction * (reference - text)) / text;
  };
  const percent = relative(pairs);
  if (pairs.length < 2) return { percent, t95: null, bootstrap95: null };
  const { low, high } = bootstrap(pairs, relative, { seed, replicates: 10_000 });
  const each = pairs.map((pair) => relative([pair]));
  const center = average(each);
  const squares = each.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const deviation = Math.sqrt(squares / (each.length - 1));
  const reach = (studentT975(each.length - 1) * deviation) / Math.sqrt(each.length);
  return {
    percent,
    t95: [center - reach, center + reach],
    bootstrap95: [low ?? percent, high ?? percent],
  };
}

const T_975 = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622];

/** 97.5 % quantile of Student's t; beyond a table by the expansion of Abramowitz & Stegun 26.7.5, exact to 1e-3. */
export function studentT975(freedom: number): number {
  if (freedom <= T_975.length) return T_975[freedom - 1];
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
