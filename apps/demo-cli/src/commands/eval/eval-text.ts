import { createHash } from 'node:crypto';
import { InvalidInputError } from '@cxrkit/core';
import {
  bootstrapIntervals,
  compareResampled,
  compareSystems,
  type Metric,
  type Preprocessing,
  type Score,
  score,
  type TextPair,
} from '@cxrkit/eval';
import { readReferenceMode } from '../../eval/records/reference-mode.js';
import { openTextPairs, type TextPairs } from '../../eval/records/text-pairs.js';
import { createSkipper } from '../../eval/rows/raw-row.js';
import { DistinctCandidates } from '../../eval/text/distinct-candidates.js';
import { DEFAULT_TEXT_METRICS, DISTINCT_RATIO } from '../../eval/text/metric-names.js';
import { StatisticsTable } from '../../eval/text/statistics-table.js';
import {
  makeTextMetrics,
  needsFrequencies,
  streamFrequencies,
} from '../../eval/text/text-metrics.js';
import { adjusted, comparisonJson, comparisonTable, type TestedDifference } from './comparison.js';
import type { Evaluate, EvaluationWork } from './evaluation.js';
import { scoresJson, scoreTable } from './score-table.js';
import type { TextEvalOptions } from './text-options.js';
import { TextFacts, textPage } from './text-page.js';

/** Scores candidates against references, in at most two passes over the file. */
export const evaluateText: Evaluate = async (work) => {
  const options = work.options as TextEvalOptions;
  const names = options.metrics ?? DEFAULT_TEXT_METRICS;
  const pairs = await openTextPairs(sourceOf(work, work.files), work.skipper);
  // What cannot be used is counted by the first pass.
  let counting = work.skipper;
  const made = {
    ...{ preprocessing: options.preprocess, paraphrases: options.paraphrases },
    referenceMode: await readReferenceMode(options, work.skipper),
  };
  let frequencies: Awaited<ReturnType<typeof streamFrequencies>> | undefined;
  if (needsFrequencies(names)) {
    frequencies = await streamFrequencies(pairs.read(counting), made);
    counting = createSkipper(options.skipInvalid);
  }
  const metrics = await makeTextMetrics(names, made, frequencies);
  const keepsRows = options.bootstrap > 0 || options.compare !== undefined;
  const table = new StatisticsTable(metrics, { keepsRows });
  const distinct = names.includes(DISTINCT_RATIO)
    ? new DistinctCandidates(options.preprocess)
    : undefined;
  const isCompared = options.compare !== undefined;
  const facts = new TextFacts(metrics, options.html === undefined ? undefined : options.worst);
  const digests = new Map<string, Digest>();
  for await (const pair of pairs.read(counting)) {
    facts.add(pair, table.add(pair));
    distinct?.add(pair);
    if (isCompared) digests.set(pair.id, { row: digests.size, references: digestOf(pair) });
  }
  const scored = { metrics, table, distinct };
  const scores = textScores(scored, facts, options);
  const differences = isCompared ? await compareWith(work, scored, digests) : [];
  return {
    n: table.n,
    json: {
      metrics: scoresJson(scores),
      ...(isCompared && { comparison: comparisonJson(differences) }),
    },
    tables: [scoreTable(scores), ...(isCompared ? [comparisonTable(differences)] : [])],
    notes: facts.notes(),
    page: () => textPage(work, scores, differences, facts),
  };
};

/** What was added up over the items. */
interface Scored {
  readonly metrics: readonly Metric<TextPair>[];
  readonly table: StatisticsTable<TextPair>;
  /** Absent unless it is asked. */
  readonly distinct: DistinctCandidates | undefined;
}

/** References of an item in few bytes, to see that both systems have the same. */
interface Digest {
  readonly row: number;
  readonly references: string;
}

function sourceOf(
  { options, task }: EvaluationWork,
  files: readonly string[],
): Parameters<typeof openTextPairs>[0] {
  const { references } = options as TextEvalOptions;
  return { ...options, ...task, files, references };
}

function textScores(
  { metrics, table, distinct }: Scored,
  facts: TextFacts,
  { bootstrap, confidence, seed = 0, preprocess }: TextEvalOptions,
): Score[] {
  const share = distinct?.resampled();
  const statistics =
    bootstrap > 0 ? [...metrics.map((_, m) => table.resampled(m)), ...(share ? [share] : [])] : [];
  const intervals = bootstrapIntervals(statistics, { replicates: bootstrap, confidence, seed });
  const parts = metrics.map(({ name, convention }, m) => ({
    ...{ name, convention, value: table.value(m) },
  }));
  if (share !== undefined) parts.push({ ...distinctNamed(preprocess), value: share.value() });
  return parts.map(({ name, convention: { prep, ...rest }, value }, m) => {
    const convention = { prep, refs: facts.references(), ...rest };
    const interval = intervals[m] ?? undefined;
    if (value === null)
      return score(name, convention, table.n, null, { reason: 'no value on these texts' });
    return score(name, convention, table.n, value, interval === undefined ? {} : { interval });
  });
}

function distinctNamed(prep: Preprocessing): Pick<Metric<TextPair>, 'name' | 'convention'> {
  return { name: DISTINCT_RATIO, convention: { prep } };
}

/** Reads the second system, whose items must be those of the first, and tests each metric. */
async function compareWith(
  work: EvaluationWork,
  { metrics, table: first, distinct }: Scored,
  digests: ReadonlyMap<string, Digest>,
): Promise<TestedDifference[]> {
  const { compare = '', trials, seed = 0, preprocess } = work.options as TextEvalOptions;
  const second = new StatisticsTable(metrics, { keepsRows: true });
  const others = distinct && new DistinctCandidates(preprocess, distinct);
  const order: number[] = [];
  const pairs: TextPairs = await openTextPairs(sourceOf(work, [compare]), work.skipper);
  for await (const pair of pairs.read(work.skipper)) {
    const digest = digests.get(pair.id);
    if (digest === undefined)
      throw new InvalidInputError('--compare', 'the ids of the first system', pair.id);
    if (digest.references !== digestOf(pair))
      throw new InvalidInputError(
        `references of ${pair.id} in ${compare}`,
        'those of the first system',
        'others',
      );
    second.add(pair);
    others?.add(pair);
    order.push(digest.row);
  }
  if (order.length !== digests.size)
    throw new InvalidInputError('--compare', `the same ${digests.size} ids`, order.length);
  const test = { replicates: trials, seed };
  const comparisons = metrics.map((_, m) =>
    compareSystems(first.rows(m, order), second.rows(m), first.metricOfRows(m), test),
  );
  if (distinct && others) {
    const pooled = distinct.pooledWith(others, order);
    comparisons.push(compareResampled(pooled, distinctNamed(preprocess), test));
  }
  return adjusted(comparisons);
}

function digestOf({ references }: TextPair): string {
  return createHash('sha1').update(references.join('\u0000')).digest('base64');
}
