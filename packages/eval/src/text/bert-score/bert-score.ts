import { InvalidInputError, ModelOutputError, type TaskOptions } from '@cxrkit/core';
import { type Metric, type Resampled, resampled } from '../../score/metric.js';
import { checkPairs, type TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import {
  type EmbeddedText,
  type EmbedTexts,
  type WeightedText,
  weighText,
} from './embedded-text.js';
import { type BertScoreValues, greedyMatch } from './greedy-match.js';
import { inverseDocumentFrequency } from './token-weights.js';

/** What unrelated texts score with a model and layer; bert_score ships such rows as `rescale_baseline`. */
export interface BertScoreBaseline {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Options of {@link bertScore}; `preprocessing` is `none` unless given. */
export interface BertScoreOptions extends TextOptions {
  readonly embed: EmbedTexts;
  /** Model and layer, for the signature, such as `distilroberta-base_L5`. @defaultValue `unnamed` */
  readonly model?: string;
  /** Whether rare tokens weigh more, by the references of the pairs scored together. @defaultValue false */
  readonly idf?: boolean;
  /** Tokens of texts as `embed` has them; spares `idf` a first run of `embed` over all references. */
  readonly tokenize?: (texts: readonly string[]) => Promise<readonly EmbeddedText['tokens'][]>;
  /** Rescales values to (x - b) / (1 - b). */
  readonly rescale?: BertScoreBaseline;
  /** Pairs whose texts are embedded together. @defaultValue 16 */
  readonly batchSize?: number;
}

/** BERTScore of one pair, of several references the best of each number. */
export interface BertScoreItem extends BertScoreValues {
  readonly id: string;
}

/** BERTScore of pairs. */
export interface BertScores {
  readonly convention: Readonly<Record<string, string | number>>;
  /** In the order of the pairs. */
  readonly items: readonly BertScoreItem[];
  /** Means over the items that have a value. */
  readonly precision: Resampled;
  readonly recall: Resampled;
  readonly f1: Resampled;
}

/** Scores pairs by {@link bertScore}. */
export interface BertScorer {
  readonly name: 'bertScore';
  readonly convention: Readonly<Record<string, string | number>>;
  /**
   * Embeds and compares texts, a batch of pairs at a time.
   *
   * @throws {@link InvalidInputError} for what are no pairs, {@link ModelOutputError} if `embed` gives what does not
   *   fit, the signal's reason between batches.
   */
  score(pairs: readonly TextPair[], options?: TaskOptions): Promise<BertScores>;
}

const MEASURES = ['precision', 'recall', 'f1'] as const;

/**
 * Makes BERTScore over any encoder of tokens.
 *
 * Values are means of cosines: they say how alike texts are worded and little about what is denied; "No pleural
 * effusion." and "Pleural effusion." score 0.9.
 *
 * @throws {@link InvalidInputError} for a baseline outside [0, 1) or a batch size that is no whole number above 0.
 * @see Zhang et al. 2020, "BERTScore: Evaluating Text Generation with BERT"
 */
export function bertScore(options: BertScoreOptions): BertScorer {
  const { embed, model = 'unnamed', idf = false, tokenize, rescale, batchSize = 16 } = options;
  checkOptions(rescale, batchSize);
  const reader = textReader({ preprocessing: 'none', ...options });
  const convention = {
    ...reader.convention,
    model,
    idf: idf ? 'references' : 'no',
    rescaled: rescale === undefined ? 'no' : 'yes',
    refs: 'best',
    agg: 'mean',
  };
  return {
    name: 'bertScore',
    convention,
    async score(pairs, task = {}) {
      checkPairs(pairs);
      const texts = pairs.map((pair) => reader.read(pair));
      const tokensOf = tokenize ?? tokensByEmbedding(embed, task);
      const weightOf = idf ? await weighByReferences(texts, tokensOf, batchSize, task) : () => 1;
      const items: BertScoreItem[] = [];
      for (const batch of batches(texts, batchSize)) {
        task.signal?.throwIfAborted();
        const textOf = await embedUnique(batch, embed, weightOf, task);
        for (const pair of batch) items.push({ id: pair.id, ...scorePair(pair, textOf, rescale) });
        task.onProgress?.({
          phase: 'evaluate',
          completed: items.length,
          total: pairs.length,
          unit: 'steps',
        });
      }
      const [precision, recall, f1] = MEASURES.map((measure) =>
        resampled(meanOf(measure, convention), items),
      );
      return { convention, items, precision, recall, f1 };
    },
  };
}

function checkOptions(rescale: BertScoreBaseline | undefined, batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new InvalidInputError('batchSize', 'a whole number above 0', batchSize);
  if (rescale === undefined) return;
  for (const measure of MEASURES)
    if (!(rescale[measure] >= 0 && rescale[measure] < 1))
      throw new InvalidInputError(`rescale.${measure}`, 'a number in [0, 1)', rescale[measure]);
}

type TokensOf = (texts: readonly string[]) => Promise<readonly EmbeddedText['tokens'][]>;

function tokensByEmbedding(embed: EmbedTexts, task: TaskOptions): TokensOf {
  return async (texts) => (await embedAll(texts, embed, task)).map(({ tokens }) => tokens);
}

async function weighByReferences(
  pairs: readonly TextPair[],
  tokensOf: TokensOf,
  batchSize: number,
  { signal }: TaskOptions,
): Promise<(token: number | string) => number> {
  const references = pairs.flatMap((pair) => pair.references);
  const tokens: EmbeddedText['tokens'][] = [];
  for (const batch of batches(references, batchSize)) {
    signal?.throwIfAborted();
    tokens.push(...(await tokensOf(batch)));
  }
  return inverseDocumentFrequency(tokens);
}

async function embedUnique(
  pairs: readonly TextPair[],
  embed: EmbedTexts,
  weightOf: (token: number | string) => number,
  task: TaskOptions,
): Promise<(text: string) => WeightedText> {
  const texts = [
    ...new Set(pairs.flatMap(({ candidate, references }) => [candidate, ...references])),
  ];
  const embedded = await embedAll(texts, embed, task);
  const byText = new Map(texts.map((text, i) => [text, weighText(embedded[i], weightOf)]));
  return (text) => byText.get(text) ?? weighText({ tokens: [], vectors: [] }, weightOf);
}

async function embedAll(
  texts: readonly string[],
  embed: EmbedTexts,
  { signal }: TaskOptions,
): Promise<readonly EmbeddedText[]> {
  const embedded = await embed(texts, signal === undefined ? {} : { signal });
  if (embedded.length !== texts.length)
    throw new ModelOutputError(
      `Expected ${texts.length} embedded texts from \`embed\`, got ${embedded.length}.`,
    );
  return embedded;
}

function scorePair(
  { candidate, references }: TextPair,
  textOf: (text: string) => WeightedText,
  rescale: BertScoreBaseline | undefined,
): BertScoreValues {
  const values = references.map((reference) => greedyMatch(textOf(candidate), textOf(reference)));
  const best = (measure: keyof BertScoreValues): number | null => {
    const known = values.map((value) => value[measure]).filter((value) => value !== null);
    if (known.length === 0) return null;
    const most = Math.max(...known);
    return rescale === undefined ? most : (most - rescale[measure]) / (1 - rescale[measure]);
  };
  return { precision: best('precision'), recall: best('recall'), f1: best('f1') };
}

function meanOf(
  measure: keyof BertScoreValues,
  convention: Readonly<Record<string, string | number>>,
): Metric<BertScoreItem> {
  return {
    name: `bertScore_${measure}`,
    convention,
    length: 2,
    stats: (item) => Float64Array.of(item[measure] ?? 0, item[measure] === null ? 0 : 1),
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };
}

function batches<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
