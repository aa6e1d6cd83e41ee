import type { Metric } from '../score/metric.js';
import type { ImageReportPair } from './image-report-pair.js';
import {
  labelConvention,
  type PairOptions,
  type PairSettings,
  type PairSide,
  pairLabel,
  pairSettings,
} from './pair-options.js';

/** How two or three sides agree on the findings of a pair; see {@link pairAgreement}. */
export type PairAgreementName =
  | 'imageAskedAgreement'
  | 'reportAskedF1'
  | 'imageReportAgreement'
  | 'imageReportKappa'
  | 'allThreeAgreement';

/** Whether findings are averaged or pooled. */
export interface PairAgreementOptions extends PairOptions {
  /**
   * `macro` is the mean over the findings that have a value, `micro` pools the cells of all findings.
   *
   * @defaultValue 'macro'
   */
  readonly aggregate?: 'macro' | 'micro';
}

/** Cells of two sides: neither, second only, first only, both say yes. */
type Cells = readonly [n00: number, n01: number, n10: number, n11: number];

interface Definition {
  readonly sides: readonly PairSide[];
  readonly value: (cells: Cells) => number | null;
}

const CELLS = 4;

const DEFINITIONS: Readonly<Record<PairAgreementName, Definition>> = {
  imageAskedAgreement: { sides: ['asked', 'image'], value: rateOf },
  reportAskedF1: { sides: ['asked', 'report'], value: f1Of },
  imageReportAgreement: { sides: ['image', 'report'], value: rateOf },
  imageReportKappa: { sides: ['image', 'report'], value: kappaOf },
  allThreeAgreement: { sides: ['asked', 'image', 'report'], value: rateOf },
};

/** All agreements that are sums over pairs. */
export const PAIR_AGREEMENTS = Object.keys(DEFINITIONS) as readonly PairAgreementName[];

/**
 * Makes an agreement of the sides of image-report pairs. A cell is one finding of one pair; it counts where every
 * side concerned says 1 or 0 after its policy.
 *
 * - `imageAskedAgreement`: share of cells where the classifier's label is the asked one.
 * - `reportAskedF1`: F1 of the labeler's positives with the asked ones as truth; no value where both have none.
 * - `imageReportAgreement`: share of cells where classifier and labeler say the same.
 * - `imageReportKappa`: the same beyond chance (Cohen 1960); no value where both always say one and the same.
 * - `allThreeAgreement`: share of cells where asked, image and report are all the same.
 */
export function pairAgreement(
  name: PairAgreementName,
  options: PairAgreementOptions = {},
): Metric<ImageReportPair> {
  const settings = pairSettings(options);
  const { aggregate = 'macro' } = options;
  return {
    name,
    convention: agreementConvention(name, settings, {
      agg: aggregate,
      findings: settings.findings.length,
    }),
    length: CELLS * settings.findings.length,
    stats: (pair) => agreementCells(name, pair, settings),
    finalise: (sum) => agreementValue(name, sum, aggregate),
  };
}

/** @returns What decides an agreement, with how findings are joined at the end. */
export function agreementConvention(
  name: PairAgreementName,
  settings: PairSettings,
  joined: Readonly<Record<string, string | number>>,
): Record<string, string | number> {
  return { ...labelConvention(settings, DEFINITIONS[name].sides), ...joined };
}

/** @returns `[F, 4]` cells of one pair. Of three sides, the first stands for all where they agree. */
export function agreementCells(
  name: PairAgreementName,
  pair: ImageReportPair,
  settings: PairSettings,
): Float64Array {
  const { findings } = settings;
  const { sides } = DEFINITIONS[name];
  const cells = new Float64Array(CELLS * findings.length);
  for (let f = 0; f < findings.length; f++) {
    const labels = sides.map((side) => pairLabel(pair, side, findings[f], settings));
    const [first] = labels;
    if (first === null || labels.includes(null)) continue;
    const isSame = labels.every((label) => label === first);
    cells[CELLS * f + 2 * first + (isSame ? first : 1 - first)] = 1;
  }
  return cells;
}

/** @returns The value of summed `[F, 4]` cells. */
export function agreementValue(
  name: PairAgreementName,
  sum: Float64Array,
  aggregate: 'macro' | 'micro',
): number | null {
  const { value } = DEFINITIONS[name];
  const pooled: [number, number, number, number] = [0, 0, 0, 0];
  let total = 0;
  let n = 0;
  for (let at = 0; at < sum.length; at += CELLS) {
    const one = value([sum[at], sum[at + 1], sum[at + 2], sum[at + 3]]);
    for (let c = 0; c < CELLS; c++) pooled[c] += sum[at + c];
    if (one === null) continue;
    total += one;
    n++;
  }
  if (aggregate === 'micro') return value(pooled);
  return n === 0 ? null : total / n;
}

function rateOf([n00, n01, n10, n11]: Cells): number | null {
  const n = n00 + n01 + n10 + n11;
  return n === 0 ? null : (n00 + n11) / n;
}

function f1Of([, n01, n10, n11]: Cells): number | null {
  const all = 2 * n11 + n10 + n01;
  return all === 0 ? null : (2 * n11) / all;
}

function kappaOf([n00, n01, n10, n11]: Cells): number | null {
  const n = n00 + n01 + n10 + n11;
  const byChance = (n00 + n01) * (n00 + n10) + (n10 + n11) * (n01 + n11); // times n²
  if (byChance === n * n) return null;
  return (n * (n00 + n11) - byChance) / (n * n - byChance);
}
