import { rankedAuroc, rankScores } from '../classification/ranked.js';
import type { Resampled } from '../score/metric.js';
import type { ImageReportPair } from './image-report-pair.js';
import { type PairSettings, pairLabel, pairProbability } from './pair-options.js';

/** An area under the ROC curve with how many cells it rests on. */
export interface PairAuroc extends Resampled {
  /** Cells with a probability and an asked label. */
  readonly judged: number;
}

/** Readies the AUROC of the classifier's probabilities against the asked labels, of some findings pooled. */
export function pairAuroc(
  pairs: readonly ImageReportPair[],
  findings: readonly string[],
  settings: PairSettings,
): PairAuroc {
  const scores: number[] = [];
  const labels: number[] = [];
  const items: number[] = [];
  for (const [i, pair] of pairs.entries())
    for (const finding of findings) {
      const label = pairLabel(pair, 'asked', finding, settings);
      const probability = pairProbability(pair, finding);
      if (label === null || probability === null) continue;
      scores.push(probability);
      labels.push(label);
      items.push(i);
    }
  const ranked = rankScores(scores, labels, items, pairs.length);
  const once = new Uint8Array(pairs.length).fill(1);
  return {
    n: pairs.length,
    judged: scores.length,
    value(counts = once) {
      const area = rankedAuroc(ranked, counts);
      return Number.isNaN(area) ? null : area;
    },
  };
}

/** Joins the AUROCs of findings by their mean over those that have one. */
export function meanAuroc(n: number, parts: readonly Resampled[]): Resampled {
  return {
    n,
    value(counts) {
      const values = parts.map((part) => part.value(counts)).filter((value) => value !== null);
      return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
    },
  };
}
