import { bootstrapIntervals, type IntervalOptions } from '../resampling/bootstrap-score.js';
import { type Metric, mergeStats, type Resampled, resampled } from '../score/metric.js';
import { type Score, score } from '../score/score.js';
import { distinctRatio } from './distinct-ratio.js';
import { makeTextMetrics, TEXT_METRICS, type TextMetricName } from './text-metrics.js';
import { checkPairs, type TextPair } from './text-pair.js';
import { type TextOptions, textReader } from './text-reader.js';

/** Options of {@link scoreText}. */
export interface ScoreTextOptions extends TextOptions {
  /**
   * Names, or metrics such as `meteor(...)`; those bring a preprocessing of their own.
   *
   * @defaultValue {@link TEXT_METRICS}
   */
  readonly metrics?: readonly (TextMetricName | Metric<TextPair>)[];
  /** Adds an interval to every score, from the same draws for all; `{}` for 1,000 replicates at 95 %. Absent: none. */
  readonly bootstrap?: IntervalOptions;
}

/** Scores of a corpus of texts. */
export interface TextScores {
  /** By the metric's name, such as `bleu4`. */
  readonly metrics: Readonly<Record<string, Score>>;
  /** `[n]` values by the metric's name, in the order of the pairs; NaN where an item has none. Not for `distinctRatio`. */
  readonly perItem: Readonly<Record<string, Float64Array>>;
}

/** What a score is made of. */
interface Scored {
  readonly name: string;
  readonly convention: Readonly<Record<string, string | number>>;
  readonly value: number | null;
  /** Absent unless the bootstrap is asked. */
  readonly resampled?: Resampled;
}

/**
 * Scores generated texts against references: BLEU-1 to 4, ROUGE-L, CIDEr, CIDEr-D and the share of different reports,
 * with the digits of pycocoevalcap.
 *
 * @throws {@link InvalidInputError} as {@link checkPairs}, for an unknown metric or preprocessing, or two metrics of
 *   one name.
 * @example
 * const { metrics } = scoreText([
 *   { id: '1', candidate: 'The lungs are clear.', references: ['The lungs are clear.'] },
 * ]);
 * metrics.bleu4.value; // 0.9999999992291674 (pycocoevalcap, too, stays below 1)
 * metrics.bleu4.signature; // bleu4|prep:ptb|refs:1|reftext:full|style:coco|reflen:closest|smooth:tiny|agg:corpus|n:1|v1
 */
export function scoreText(pairs: readonly TextPair[], options: ScoreTextOptions = {}): TextScores {
  checkPairs(pairs);
  const { metrics: wanted = TEXT_METRICS, bootstrap } = options;
  const perItem: Record<string, Float64Array> = {};
  const scored: Scored[] = [];
  if (pairs.length === 0) scored.push(...withoutItems(wanted));
  else {
    const metrics = makeTextMetrics(wanted, pairs, options);
    for (const part of computeAll(metrics, pairs, bootstrap !== undefined)) {
      scored.push(part);
      perItem[part.name] = part.values;
    }
    if (wanted.includes('distinctRatio')) scored.push(scoreDistinct(pairs, options));
  }
  const statistics = scored.flatMap((one) => one.resampled ?? []);
  const intervals =
    bootstrap === undefined || pairs.length === 0 ? [] : bootstrapIntervals(statistics, bootstrap);
  const entries = scored.map(({ name, convention, value }, i): [string, Score] => {
    const interval = intervals[i] ?? undefined;
    const reason = pairs.length === 0 ? 'no items' : 'the metric has no value on these items';
    const more = value === null ? { reason } : interval === undefined ? {} : { interval };
    return [name, score(name, withReferences(convention, pairs), pairs.length, value, more)];
  });
  return { metrics: Object.fromEntries(entries), perItem };
}

/** Goes through the items once, all metrics at each, so that an item is prepared once. */
function computeAll(
  metrics: readonly Metric<TextPair>[],
  pairs: readonly TextPair[],
  keepsRows: boolean,
): (Scored & { readonly values: Float64Array })[] {
  const parts = metrics.map((metric) => ({
    metric,
    sum: new Float64Array(metric.length),
    values: new Float64Array(pairs.length),
    rows: keepsRows ? new Float64Array(pairs.length * metric.length) : undefined,
  }));
  for (const [i, pair] of pairs.entries())
    for (const { metric, sum, values, rows } of parts) {
      const stats = metric.stats(pair);
      mergeStats(sum, stats);
      values[i] = metric.finalise(stats) ?? Number.NaN;
      rows?.set(stats, i * metric.length);
    }
  return parts.map(({ metric, sum, values, rows }) => ({
    name: metric.name,
    convention: metric.convention,
    value: metric.finalise(sum),
    values,
    ...(rows === undefined ? {} : { resampled: resampledRows(metric, rows) }),
  }));
}

function resampledRows({ length, ...metric }: Metric<TextPair>, rows: Float64Array): Resampled {
  const row = (i: number): Float64Array => rows.subarray(i * length, (i + 1) * length);
  const indices = Array.from({ length: rows.length / length }, (_, i) => i);
  return resampled({ ...metric, length, stats: row }, indices);
}

function scoreDistinct(pairs: readonly TextPair[], options: TextOptions): Scored {
  const statistic = distinctRatio(pairs, options);
  const { prep } = textReader(options).convention;
  const value = statistic.value();
  return { name: 'distinctRatio', convention: { prep }, value, resampled: statistic };
}

function withoutItems(wanted: readonly (TextMetricName | Metric<TextPair>)[]): Scored[] {
  return wanted.map((one) =>
    typeof one === 'string'
      ? { name: one, convention: {}, value: null }
      : { name: one.name, convention: one.convention, value: null },
  );
}

/** Adds the number of references an item, `var` if it varies. */
function withReferences(
  { prep, ...rest }: Readonly<Record<string, string | number>>,
  pairs: readonly TextPair[],
): Record<string, string | number> {
  const counts = new Set(pairs.map(({ references }) => references.length));
  const refs = counts.size === 1 ? [...counts][0] : 'var';
  return { ...(prep === undefined ? {} : { prep }), refs, ...rest };
}
