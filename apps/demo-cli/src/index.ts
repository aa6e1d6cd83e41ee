export { OutputError } from './output/output-error.js';
export { type OutputFiles, writeOutputs } from './output/write-outputs.js';
export { analyze, analyzeMany } from './pipeline/analyze.js';
export type { ModelSources } from './pipeline/model-sources.js';
export { type OpenPipelineOptions, openPipeline } from './pipeline/open-pipeline.js';
export { type Picture, type ReadPictureOptions, readPicture } from './pipeline/picture.js';
export { type AnalyzeOptions, type PictureSource, Pipeline } from './pipeline/pipeline.js';
export { type Outcome, type StreamOptions, streamAnalyses } from './pipeline/stream-pictures.js';
export {
  type Analysis,
  type ClassificationResult,
  type ClassifiedLabel,
  type DescribedRegion,
  type DetectionResult,
  type LocatedRegion,
  type ModelInfo,
  type ProbedLabel,
  type RemovedSentence,
  type ReportResult,
  type ResultBase,
  type SaidSentence,
  SCHEMA_VERSION,
  STAGES,
  type Stage,
  type StageModel,
  type Timings,
} from './result/analysis.js';
export {
  analysisJsonSchema,
  analysisSchema,
  classificationResultSchema,
  detectionResultSchema,
  reportResultSchema,
} from './result/schemas.js';
