export { type ComposedSentence, composeRegionSentences } from './compose-region-sentences.js';
export { GRAMMAR_FINDINGS } from './grammar.js';
export { grammarCorpus } from './grammar-corpus.js';
export { regionsOfBox } from './regions-of-box.js';
export type { ReportStudy } from './study.js';
