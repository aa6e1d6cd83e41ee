export { CHEXBERT_HEADS, type ChexbertModel, chexbertLabeler } from './chexbert-labeler.js';
export {
  CLINICAL_CONVENTIONS,
  type ClinicalConvention,
  type ClinicalOptions,
  clinicalEfficacy,
  clinicalMetric,
  clinicalMetrics,
} from './clinical-efficacy.js';
export type { LabelPair } from './conventions/table.js';
export { type Label, type LabelRow, labelRow, readLabelRow } from './label-row.js';
export type { Labeler } from './labeler.js';
export { type LabelValues, precomputedLabeler } from './precomputed-labeler.js';
export { type RadCliqParts, type RadCliqVersion, radCliq, radCliqMetric } from './radcliq.js';
export {
  type RadGraphAnnotation,
  type RadGraphEntity,
  type RadGraphLevel,
  type RadGraphPair,
  radGraphCombined,
  radGraphF1,
  radGraphReward,
} from './radgraph-reward.js';
export { labelReport } from './rule-labeler/label-report.js';
export { ruleLabeler } from './rule-labeler/rule-labeler.js';
