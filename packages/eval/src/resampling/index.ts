export {
  type BootstrapEstimate,
  type BootstrapOptions,
  bootstrap,
} from './bootstrap.js';
export {
  bootstrapInterval,
  bootstrapIntervals,
  bootstrapScore,
  type IntervalOptions,
  type ScoreDescription,
} from './bootstrap-score.js';
export { type CompareRankedOptions, compareRanked } from './compare-ranked.js';
export {
  type CompareOptions,
  type Comparison,
  compareResampled,
  type PairedTest,
} from './compare-resampled.js';
export { compareSystems } from './compare-systems.js';
export {
  type DelongComparison,
  type DelongCovariance,
  type DelongEstimate,
  type DelongOptions,
  delong,
  delongCovariance,
  delongPaired,
} from './delong.js';
export type { IntervalMethod } from './interval.js';
export { type McnemarOptions, type McnemarResult, mcnemar } from './mcnemar.js';
export { adjustPValues, type Correction } from './multiple-testing.js';
