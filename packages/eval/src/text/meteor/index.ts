export type { MeteorModule } from './candidate-matches.js';
export { type MeteorOptions, meteor } from './meteor.js';
export { type NltkMeteorOptions, nltkMeteor } from './nltk-meteor.js';
export { type Paraphrase, parseParaphrases } from './paraphrases.js';
export { loadSynonyms, type Synonyms } from './synonyms.js';
