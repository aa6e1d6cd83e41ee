import { readFile } from 'node:fs/promises';
import { InvalidInputError } from '@cxrkit/core';
import {
  bleuOrders,
  cider,
  ciderDConstantDf,
  type DocumentFrequencies,
  documentFrequencies,
  googleRouge,
  loadSynonyms,
  type Metric,
  meteor,
  nltkMeteor,
  type Paraphrase,
  type Preprocessing,
  parseParaphrases,
  type ReferenceMode,
  rougeL,
  type TextPair,
} from '@cxrkit/eval';
import { DISTINCT_RATIO, TEXT_METRIC_NAMES } from './metric-names.js';

/** What metrics of text are made from. */
export interface TextMetricOptions {
  readonly preprocessing: Preprocessing;
  readonly referenceMode: ReferenceMode;
  /** File of METEOR's paraphrases. */
  readonly paraphrases?: string | undefined;
}

/** Tells whether metrics need the document frequencies of all references, hence a pass before the one that scores. */
export function needsFrequencies(names: readonly string[]): boolean {
  return names.some((name) => name.toLowerCase().startsWith('cider'));
}

/** Pairs whose n-grams are counted at once. */
const BATCH = 500;

/** Counts the document frequencies of a stream. */
export async function streamFrequencies(
  pairs: AsyncIterable<TextPair>,
  { preprocessing, referenceMode }: TextMetricOptions,
): Promise<DocumentFrequencies> {
  const prep = { preprocessing, referenceMode };
  const total = documentFrequencies([], prep);
  let batch: TextPair[] = [];
  const count = (): void => {
    total.merge(documentFrequencies(batch, prep));
    batch = [];
  };
  for await (const pair of pairs) if (batch.push(pair) === BATCH) count();
  count();
  return total;
}

/**
 * Makes metrics of their names; that of distinct candidates is no sum and is left out. google's ROUGE and sacreBLEU bring
 * their own tokeniser and take texts as given.
 *
 * @param frequencies - Of all references, where one of the CIDErs is asked.
 * @throws {@link InvalidInputError} if the paraphrases cannot be read.
 */
export async function makeTextMetrics(
  names: readonly string[],
  options: TextMetricOptions,
  frequencies: DocumentFrequencies | undefined,
): Promise<Metric<TextPair>[]> {
  const { preprocessing, referenceMode, paraphrases: file } = options;
  const prep = { preprocessing, referenceMode };
  const needsSynonyms = names.some((name) => /meteor/i.test(name));
  const synonyms = needsSynonyms ? await loadSynonyms() : undefined;
  const paraphrases = file === undefined ? undefined : await readParaphrases(file);
  const bleus = [
    bleuOrders(prep),
    bleuOrders({ ...prep, style: 'hf' }),
    bleuOrders({ ...prep, style: 'nltk' }),
    bleuOrders({ style: 'sacrebleu' }),
  ].flat();
  const df = frequencies ?? documentFrequencies([], prep);
  const makers: Readonly<Record<string, () => Metric<TextPair>>> = {
    rougeL: () => rougeL(prep),
    cider: () => cider(df, { ...prep, variant: 'cider' }),
    ciderD: () => cider(df, { ...prep, variant: 'ciderD' }),
    CIDEr_D_constant_df: () => ciderDConstantDf(df.documents, prep),
    googleRouge1: () => googleRouge({ variant: 'rouge1' }),
    googleRouge2: () => googleRouge({ variant: 'rouge2' }),
    googleRougeL: () => googleRouge({ variant: 'rougeL' }),
    googleRougeLsum: () => googleRouge({ variant: 'rougeLsum' }),
    meteor: () =>
      meteor({ ...prep, ...(synonyms && { synonyms }), ...(paraphrases && { paraphrases }) }),
    nltkMeteor: () => nltkMeteor({ ...prep, ...(synonyms && { synonyms }) }),
  };
  const sums = names.filter((name) => name !== DISTINCT_RATIO);
  return sums.map((name) => {
    const made = bleus.find((metric) => metric.name === name) ?? makers[name]?.();
    if (made === undefined)
      throw new InvalidInputError('--metrics', `some of ${TEXT_METRIC_NAMES.join(', ')}`, name);
    return made;
  });
}

async function readParaphrases(path: string): Promise<Paraphrase[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new InvalidInputError('--paraphrases', 'a file of METEOR paraphrases, unpacked', path);
  return parseParaphrases(text);
}
