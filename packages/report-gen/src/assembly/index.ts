export {
  type AssembledReport,
  type AssemblyOptions,
  assembleReport,
  type RegionSentence,
  type RemovedReportSentence,
  type ReportSentence,
} from './assemble-report.js';
export {
  bertScoreSimilarity,
  type EncodedSentence,
  type EncodeSentence,
} from './bert-score-similarity.js';
export { type Contradiction, findContradictions } from './find-contradictions.js';
export { lexicalSimilarity } from './lexical-similarity.js';
export {
  type DistinctSentences,
  type DuplicateOptions,
  type RemovedSentence,
  removeDuplicateSentences,
} from './remove-duplicate-sentences.js';
export type { SentenceSimilarity, SimilarityOptions } from './sentence-similarity.js';
export { splitSentences } from './split-sentences.js';
