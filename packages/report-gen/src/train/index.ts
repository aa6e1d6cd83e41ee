export {
  type ExportReportGeneratorOptions,
  exportReportGenerator,
  type ReportGeneratorMeta,
} from '../convert/export-report-generator.js';
export { findingsOfReport } from '../findings/findings-of-report.js';
export {
  type ComposedSentence,
  composeRegionSentences,
  GRAMMAR_FINDINGS,
  grammarCorpus,
  type ReportStudy,
  regionsOfBox,
} from './grammar/index.js';
export type { RegionExample, TrainingRegion } from './region-example.js';
export {
  type TrainReportGeneratorOptions,
  trainReportGenerator,
  WEIGHTS_FILE,
} from './train-report-generator.js';
export { type ReportLossWeights, RGRG_LOSS } from './training-graph.js';
