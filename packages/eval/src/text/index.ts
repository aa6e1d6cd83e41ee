export { type BleuOptions, type BleuStyle, bleu } from './bleu/bleu.js';
export type { NltkSmoothing } from './bleu/nltk-bleu.js';
export { type CiderOptions, cider, ciderDConstantDf } from './cider/cider.js';
export {
  DocumentFrequencies,
  type DocumentFrequencyTable,
  documentFrequencies,
} from './cider/document-frequencies.js';
export { distinctRatio } from './distinct-ratio.js';
export { PREPROCESSINGS, type Preprocessing, preprocess } from './preprocess/preprocess.js';
export { ptbTokenize } from './preprocess/ptb-tokenizer.js';
export {
  type ReferenceMode,
  r2genVocabulary,
  type TruncatedReferences,
  type VocabularyOptions,
} from './reference-mode.js';
export {
  type GoogleRougeOptions,
  type GoogleRougeVariant,
  googleRouge,
} from './rouge/google-rouge.js';
export { rougeL } from './rouge/rouge-l.js';
export { type ScoreTextOptions, scoreText, type TextScores } from './score-text.js';
export { TEXT_METRICS, type TextMetricName } from './text-metrics.js';
export { checkPairs, type TextPair } from './text-pair.js';
export type { TextOptions } from './text-reader.js';
