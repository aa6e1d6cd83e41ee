/** Version of the numbers of this package; a change of any value by its own conventions raises it. */
const NUMBERS = 'v1';

/** An interval of a score, with what is needed to repeat it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Such as 0.95. */
  readonly confidence: number;
  /** Such as `percentile`, `bca`, `delong`. */
  readonly method: string;
  /** Replicates that gave a value; absent for analytic intervals. */
  readonly replicates?: number;
  /** Replicates in which the metric had no value. */
  readonly skipped?: number;
  /** Of the draws; absent for analytic intervals. */
  readonly seed?: number;
}

/** A number with what is needed to read and to repeat it. */
export interface Score {
  readonly name: string;
  /** `null` where the metric has no value; {@link Score.reason} says why. */
  readonly value: number | null;
  readonly reason?: string;
  /** Such as `bleu4|prep:r2gen_iu|refs:1|reflen:closest|agg:corpus|n:100|v1`. */
  readonly signature: string;
  readonly n: number;
  readonly interval?: Interval;
}

/** Makes a score; its signature is the name, the convention in its order, the count and the version. */
export function score(
  name: string,
  convention: Readonly<Record<string, string | number>>,
  n: number,
  value: number | null,
  more: Pick<Score, 'reason' | 'interval'> = {},
): Score {
  return { name, value, signature: signature(name, convention, n), n, ...more };
}

/** @returns How an interval was made, such as `percentile|confidence:0.95|replicates:1000|skipped:0|seed:1`. */
export function intervalSignature({ method, ...choices }: Interval): string {
  const names = ['confidence', 'replicates', 'skipped', 'seed'] as const;
  const known = names.filter((name) => choices[name] !== undefined);
  return [method, ...known.map((name) => `${name}:${choices[name]}`)].join('|');
}

/** @returns What tells one convention from another, in the manner of sacreBLEU (Post 2018). */
export function signature(
  name: string,
  convention: Readonly<Record<string, string | number>>,
  n: number,
): string {
  const parts = Object.entries(convention).map(([key, value]) => `${key}:${value}`);
  return [name, ...parts, `n:${n}`, NUMBERS].join('|');
}
