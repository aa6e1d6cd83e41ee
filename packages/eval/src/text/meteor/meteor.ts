import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../../score/metric.js';
import type { TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import { splitWords } from '../words.js';
import { createMatchFinder, type MeteorModule, type MeteorText } from './candidate-matches.js';
import { createLexicon } from './lexicon.js';
import { normaliseLine } from './normalise-line.js';
import { indexParaphrases, type Paraphrase } from './paraphrases.js';
import { meteorScore, meteorStatistics, STATISTICS, withoutPerfectChunk } from './statistics.js';
import type { Synonyms } from './synonyms.js';

/** Options of {@link meteor}. */
export interface MeteorOptions extends TextOptions {
  /** From {@link loadSynonyms}; without them the synonym module is left out. */
  readonly synonyms?: Synonyms;
  /** Such as METEOR's own table, read with {@link parseParaphrases}; without them the module is left out. */
  readonly paraphrases?: readonly Paraphrase[];
  /** @defaultValue All that have their data; `exact` must be among them. */
  readonly modules?: readonly MeteorModule[];
}

/** In METEOR's order, with the weights it was tuned to for English. */
const WEIGHTS: ReadonlyMap<MeteorModule, number> = new Map([
  ['exact', 1],
  ['stem', 0.6],
  ['synonym', 0.8],
  ['paraphrase', 0.6],
]);

/**
 * Makes METEOR 1.5 as the jar in pycocoevalcap computes it with `-l en -norm`, digit for digit as far as its modules are
 * used. The corpus value comes from summed statistics and is not the mean of the items'; of several references the
 * best counts.
 *
 * The paraphrase table of the jar may not be passed on; without it values are about 0.02 lower, so the modules stand in
 * the signature.
 *
 * Statistics are those of METEOR (23) and the number of items.
 *
 * @throws {@link InvalidInputError} for unknown, repeated or missing modules; `stats` for what is no pair.
 * @see Denkowski & Lavie 2014, "Meteor Universal: Language Specific Translation Evaluation for Any Target Language".
 */
export function meteor(options: MeteorOptions = {}): Metric<TextPair> {
  const { synonyms, paraphrases } = options;
  const reader = textReader(options);
  const modules = chooseModules(options);
  const weights = modules.map((module) => WEIGHTS.get(module) ?? 0);
  const lexicon = createLexicon(modules.includes('synonym') ? synonyms : undefined);
  const index = paraphrases === undefined ? undefined : indexParaphrases(paraphrases);
  const findMatches = createMatchFinder(modules, lexicon, index);
  const read = (text: string): MeteorText => {
    const words = normaliseLine(splitWords(text).join(' ')); // the original reads a line a text
    return { words, ids: lexicon.idsOf(words) };
  };
  return {
    name: 'meteor',
    convention: { ...reader.convention, modules: modules.join('+'), refs: 'best', agg: 'corpus' },
    length: STATISTICS + 1,
    stats(pair) {
      const { candidate, references } = reader.read(pair);
      const test = read(candidate);
      let best: Float64Array = new Float64Array(STATISTICS);
      let bestScore = -1;
      for (const reference of references.map(read)) {
        const matches = findMatches(test, reference);
        const statistics = meteorStatistics(test, reference, matches, lexicon);
        const score = meteorScore(statistics, weights);
        if (score > bestScore) {
          best = statistics;
          bestScore = score;
        }
      }
      return Float64Array.of(...withoutPerfectChunk(best), 1);
    },
    finalise: (sum) => (sum[STATISTICS] === 0 ? null : meteorScore(sum, weights)),
  };
}

function chooseModules({ modules, synonyms, paraphrases }: MeteorOptions): readonly MeteorModule[] {
  const known = [...WEIGHTS.keys()];
  const available = known.filter(
    (module) =>
      (module !== 'synonym' || synonyms !== undefined) &&
      (module !== 'paraphrase' || paraphrases !== undefined),
  );
  if (modules === undefined) return available;
  for (const module of modules)
    if (!available.includes(module))
      throw new InvalidInputError(
        'modules',
        `some of ${available.join(', ')}`,
        module,
        'Synonyms and paraphrases are options of their own.',
      );
  if (!modules.includes('exact') || new Set(modules).size !== modules.length)
    throw new InvalidInputError('modules', 'exact, and each module once', modules);
  return known.filter((module) => modules.includes(module));
}
