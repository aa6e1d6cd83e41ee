export {
  auroc,
  aurocResampled,
  type PartialAurocOptions,
  partialAuroc,
} from './auroc.js';
export {
  averagePrecision,
  averagePrecisionResampled,
  precisionRecallTrapezoid,
} from './average-precision.js';
export { type Average, averageRate } from './averages.js';
export { binaryConfusion, thresholdConfusion } from './binary-confusion.js';
export {
  type BinaryRates,
  binaryRate,
  binaryRates,
  type Decision,
  type RateOptions,
} from './binary-rates.js';
export {
  type CalibrationOptions,
  expectedCalibrationError,
  maximumCalibrationError,
  type ReliabilityBin,
  reliabilityCurve,
} from './calibration.js';
export {
  type ConfusionMatrix,
  confusionMatrix,
  confusionMetric,
  oneVersusRest,
} from './confusion-matrix.js';
export {
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  type RocCurveOptions,
  rocCurve,
} from './curves.js';
export {
  type BinaryConfusion,
  type Confusion,
  mergeConfusions,
  type PrecisionRecall,
  precisionRecall,
} from './f1.js';
export { type LabelPolicy, resolveLabel } from './label-policy.js';
export { coverageError, labelRankingAveragePrecision, rankingLoss } from './label-ranking.js';
export {
  accuracy,
  balancedAccuracy,
  cohenKappa,
  type KappaWeights,
  matthewsCorrelation,
} from './multiclass.js';
export {
  aurocOneVersusOne,
  aurocOneVersusRest,
  multiclassLogLoss,
  topAccuracy,
} from './multiclass-probabilities.js';
export {
  averageRanked,
  columnConfusions,
  hammingLoss,
  type LabelRows,
  multilabelRate,
  type Rows,
  rowConfusions,
  subsetAccuracy,
} from './multilabel.js';
export type { ScoredRow } from './multilabel-columns.js';
export {
  type LabelScores,
  type MultilabelScores,
  type MultilabelScoresOptions,
  multilabelScores,
} from './multilabel-scores.js';
export { brier, brierScore, type ForecastItem, logLoss, logLossMetric } from './proper-scores.js';
export {
  type BestThreshold,
  bestThreshold,
  type OperatingPoint,
  youdenChexzero,
  youdenThreshold,
} from './thresholds.js';
