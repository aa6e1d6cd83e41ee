export {
  type AssembledReport,
  type AssemblyOptions,
  assembleReport,
  bertScoreSimilarity,
  type Contradiction,
  type DistinctSentences,
  type DuplicateOptions,
  type EncodedSentence,
  type EncodeSentence,
  findContradictions,
  lexicalSimilarity,
  type RegionSentence,
  type RemovedReportSentence,
  type RemovedSentence,
  type ReportSentence,
  removeDuplicateSentences,
  type SentenceSimilarity,
  type SimilarityOptions,
  splitSentences,
} from './assembly/index.js';
export type {
  BoxReport,
  GeneratedReport,
  RegionReport,
  RegionsSelectedEvent,
  ReportEndEvent,
  ReportEvent,
  SentenceEndEvent,
  TextDeltaEvent,
  WrittenText,
} from './generation/generated-report.js';
export type {
  DecodingOptions,
  DrawnBox,
  GenerateReportOptions,
} from './generation/report-options.js';
export { type LoadReportGeneratorOptions, loadReportGenerator } from './load-report-generator.js';
export { type ReportGeneratorConfig, RGRG, reportGeneratorConfigSchema } from './network/config.js';
export { ReportGenerator, type ReportStream } from './report-generator.js';
