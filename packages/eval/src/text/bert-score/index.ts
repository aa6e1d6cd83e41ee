export {
  type BertScoreBaseline,
  type BertScoreItem,
  type BertScoreOptions,
  type BertScorer,
  type BertScores,
  bertScore,
} from './bert-score.js';
export type { EmbeddedText, EmbedTexts } from './embedded-text.js';
export type { BertScoreValues } from './greedy-match.js';
export {
  type TransformersEncoder,
  type TransformersInputs,
  type TransformersTensor,
  transformersEmbedder,
} from './transformers-embedder.js';
