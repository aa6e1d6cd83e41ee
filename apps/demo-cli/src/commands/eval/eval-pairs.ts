import { basename } from 'node:path';
import {
  bootstrapInterval,
  type ImageReportPair,
  type PairOptions,
  type PairScoreName,
  pairResampled,
  pairScores,
  type Score,
} from '@cxrkit/eval';
import type { EvaluationPage, TableBlock } from '../../eval/page/evaluation-page.js';
import { readImageReportPairs } from '../../eval/records/image-report-pairs.js';
import type { ClassificationOptions } from './classification-options.js';
import type { Evaluate, EvaluationWork } from './evaluation.js';
import { scoreBars, scoreJson, scoresJson, scoreTable } from './score-table.js';

type PairResult = ReturnType<typeof pairScores>;

/** Measures how asked labels, a classifier on the image and a labeler on the report agree. */
export const evaluatePairs: Evaluate = async (work) => {
  const { threshold } = work.options as ClassificationOptions;
  const pairs = await readImageReportPairs(
    work.files,
    { ...work.options, ...work.task },
    work.skipper,
  );
  const findings = findingsOf(work, pairs);
  const options: PairOptions = { findings, ...(threshold !== undefined && { threshold }) };
  const result = pairScores(pairs, options);
  const named = namedScores(work, pairs, options, result);
  return {
    n: pairs.length,
    json: {
      metrics: Object.fromEntries(
        Object.entries(named).map(([name, one]) => [name, scoreJson(one)]),
      ),
      findings: Object.fromEntries(
        [...result.byFinding].map(([finding, scores]) => [
          finding,
          scoresJson(Object.values(scores)),
        ]),
      ),
    },
    tables: [namedTable(named), findingTable(result)],
    notes: [],
    page: () => pairsPage(work, named, result),
  };
};

/** Findings that were asked, in the order of the first pair. */
function findingsOf({ options }: EvaluationWork, pairs: readonly ImageReportPair[]): string[] {
  const { findings } = options as ClassificationOptions;
  return [...(findings ?? new Set(pairs.flatMap(({ asked }) => Object.keys(asked))))];
}

function namedScores(
  { options }: EvaluationWork,
  pairs: readonly ImageReportPair[],
  settings: PairOptions,
  { macro, micro, distinctReports }: PairResult,
): Record<string, Score> {
  const { bootstrap, confidence, seed = 0 } = options;
  const interval = (
    one: Score,
    name: PairScoreName | 'distinctReports',
    aggregate: 'macro' | 'micro',
  ): Score => {
    if (bootstrap === 0 || one.value === null) return one;
    const statistic = pairResampled(name, pairs, { ...settings, aggregate });
    const found = bootstrapInterval(statistic, { replicates: bootstrap, confidence, seed });
    return found === null ? one : { ...one, interval: found };
  };
  const of = (aggregate: 'macro' | 'micro', scores: PairResult['macro']): [string, Score][] =>
    Object.entries(scores).map(([name, one]) => [
      `${aggregate}.${name}`,
      interval(one, name as PairScoreName, aggregate),
    ]);
  return Object.fromEntries([
    ...of('macro', macro),
    ...of('micro', micro),
    ['distinctReports', interval(distinctReports, 'distinctReports', 'macro')],
  ]);
}

function namedTable(named: Readonly<Record<string, Score>>): TableBlock {
  const names = new Map(Object.entries(named).map(([name, one]) => [one, name]));
  return scoreTable(Object.values(named), (one) => names.get(one) ?? one.name);
}

function findingTable({ byFinding, macro }: PairResult): TableBlock {
  const names = Object.keys(macro) as PairScoreName[];
  return {
    kind: 'table',
    columns: ['finding', ...names],
    rows: [...byFinding].map(([finding, scores]) => [
      finding,
      ...names.map((name) => scores[name].value),
    ]),
  };
}

async function pairsPage(
  { files }: EvaluationWork,
  named: Readonly<Record<string, Score>>,
  result: PairResult,
): Promise<EvaluationPage> {
  const { plotBars } = await import('../../eval/page/plots.js');
  const bars = [...result.byFinding].flatMap(([finding, { allThreeAgreement }]) =>
    scoreBars([allThreeAgreement], () => finding),
  );
  return {
    title: `Image-report pairs: ${files.map((path) => basename(path)).join(', ')}`,
    facts: [],
    sections: [
      {
        title: 'Agreement',
        note: 'Of the labels asked for, of a classifier on the image and of a labeler on the report.',
        blocks: [namedTable(named)],
      },
      {
        title: 'Findings',
        blocks: [
          {
            kind: 'plots',
            plots: [{ caption: 'All three agree', svg: await plotBars(bars, 'share of pairs') }],
          },
          findingTable(result),
        ],
      },
    ],
  };
}
