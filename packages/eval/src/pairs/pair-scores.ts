import { mergeStats, type Resampled, resampled } from '../score/metric.js';
import { type Score, score } from '../score/score.js';
import { distinctReports } from './distinct-reports.js';
import type { ImageReportPair } from './image-report-pair.js';
import {
  agreementCells,
  agreementConvention,
  agreementValue,
  PAIR_AGREEMENTS,
  type PairAgreementName,
  type PairAgreementOptions,
  pairAgreement,
} from './pair-agreement.js';
import { meanAuroc, pairAuroc } from './pair-auroc.js';
import {
  checkPairs,
  labelConvention,
  type PairOptions,
  type PairSettings,
  pairSettings,
} from './pair-options.js';

/** All numbers of pairs that are given by finding and over findings. */
export type PairScoreName = 'imageAskedAuroc' | PairAgreementName;

type ScoresByName = Readonly<Record<PairScoreName, Score>>;

/** How asked labels, image and report of a set of pairs agree. */
export interface PairScores {
  /** Mean over the findings that have a value. */
  readonly macro: ScoresByName;
  /** All findings pooled. */
  readonly micro: ScoresByName;
  /** `n` is the number of pairs that count for the finding. */
  readonly byFinding: ReadonlyMap<string, ScoresByName>;
  /** Different reports over reports. */
  readonly distinctReports: Score;
}

/**
 * Measures how well generated (or real) image-report pairs hold together. No paper standardises this; what each number
 * is stands at {@link pairAgreement}, `imageAskedAuroc` ranks the classifier's probabilities against the asked labels,
 * `distinctReports` is the share of different texts. Real pairs through the same classifier and labeler give the
 * ceiling.
 *
 * @throws {@link InvalidInputError} for ids given twice, labels outside {1, 0, -1, null} and probabilities outside
 * [0, 1].
 */
export function pairScores(
  pairs: readonly ImageReportPair[],
  options: PairOptions = {},
): PairScores {
  checkPairs(pairs);
  const settings = pairSettings(options);
  const { findings } = settings;
  const sums = sumCells(pairs, settings);
  const aurocs = findings.map((finding) => pairAuroc(pairs, [finding], settings));
  const pooled = pairAuroc(pairs, findings, settings);
  const over = (agg: 'macro' | 'micro'): ScoresByName => {
    const joined = { agg, findings: findings.length };
    const auroc = agg === 'micro' ? pooled : meanAuroc(pairs.length, aurocs);
    return {
      imageAskedAuroc: aurocScore(auroc, pairs.length, settings, joined),
      ...agreementScores(sums, pairs.length, agg, settings, joined),
    };
  };
  const one = (finding: string, f: number): ScoresByName => ({
    imageAskedAuroc: aurocScore(aurocs[f], aurocs[f].judged, settings, { finding }),
    ...agreementScores(
      sums.map((sum) => sum.subarray(4 * f, 4 * f + 4)),
      undefined,
      'micro',
      settings,
      { finding },
    ),
  });
  return {
    macro: over('macro'),
    micro: over('micro'),
    byFinding: new Map(findings.map((finding, f) => [finding, one(finding, f)])),
    distinctReports: distinctScore(pairs),
  };
}

/** Readies one number of {@link pairScores} for the bootstrap over pairs. */
export function pairResampled(
  name: PairScoreName | 'distinctReports',
  pairs: readonly ImageReportPair[],
  options: PairAgreementOptions = {},
): Resampled {
  checkPairs(pairs);
  const settings = pairSettings(options);
  if (name === 'distinctReports') return distinctReports(pairs.map(({ report }) => report));
  if (name !== 'imageAskedAuroc') return resampled(pairAgreement(name, options), pairs);
  if (options.aggregate === 'micro') return pairAuroc(pairs, settings.findings, settings);
  const parts = settings.findings.map((finding) => pairAuroc(pairs, [finding], settings));
  return meanAuroc(pairs.length, parts);
}

/** @returns `[F, 4]` cells of each agreement, summed over pairs. */
function sumCells(pairs: readonly ImageReportPair[], settings: PairSettings): Float64Array[] {
  return PAIR_AGREEMENTS.map((name) => {
    const sum = new Float64Array(4 * settings.findings.length);
    for (const pair of pairs) mergeStats(sum, agreementCells(name, pair, settings));
    return sum;
  });
}

function agreementScores(
  sums: readonly Float64Array[],
  n: number | undefined,
  aggregate: 'macro' | 'micro',
  settings: PairSettings,
  joined: Readonly<Record<string, string | number>>,
): Readonly<Record<PairAgreementName, Score>> {
  const entries = PAIR_AGREEMENTS.map((name, i) => {
    const value = agreementValue(name, sums[i], aggregate);
    const count = n ?? sums[i].reduce((a, b) => a + b, 0);
    const convention = agreementConvention(name, settings, joined);
    const lack = sums[i].some((cell) => cell > 0) ? ONE_CLASS[name] : undefined;
    const reason = lack ?? 'no cell has every label';
    return [name, score(name, convention, count, value, value === null ? { reason } : {})];
  });
  return Object.fromEntries(entries) as Record<PairAgreementName, Score>;
}

// Why there is no value although cells count; the rates always have one then.
const ONE_CLASS: Readonly<Partial<Record<PairAgreementName, string>>> = {
  reportAskedF1: 'no positive asked or reported',
  imageReportKappa: 'image and report always say the same one thing',
};

function aurocScore(
  auroc: Resampled,
  n: number,
  settings: PairSettings,
  joined: Readonly<Record<string, string | number>>,
): Score {
  const value = auroc.value();
  const convention = { ...labelConvention(settings, ['asked']), ...joined };
  const more = value === null ? { reason: 'no probabilities of both asked classes' } : {};
  return score('imageAskedAuroc', convention, n, value, more);
}

function distinctScore(pairs: readonly ImageReportPair[]): Score {
  const reports = pairs.map(({ report }) => report);
  const value = distinctReports(reports).value();
  const n = reports.filter((report) => report !== undefined).length;
  const convention = { prep: 'lower+space' };
  return score(
    'distinctReports',
    convention,
    n,
    value,
    value === null ? { reason: 'no report' } : {},
  );
}
