import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../score/metric.js';
import { bleuOrders } from './bleu/bleu.js';
import { cider, ciderDConstantDf } from './cider/cider.js';
import { type DocumentFrequencies, documentFrequencies } from './cider/document-frequencies.js';
import { type GoogleRougeVariant, googleRouge } from './rouge/google-rouge.js';
import { rougeL } from './rouge/rouge-l.js';
import type { TextPair } from './text-pair.js';
import type { TextOptions } from './text-reader.js';

/** Metrics of texts that can be asked for by name. METEOR and BERTScore need data and are given as metrics. */
export type TextMetricName =
  | 'bleu1'
  | 'bleu2'
  | 'bleu3'
  | 'bleu4'
  | 'rougeL'
  | 'cider'
  | 'ciderD'
  | 'CIDEr_D_constant_df'
  | 'googleRouge1'
  | 'googleRouge2'
  | 'googleRougeL'
  | 'googleRougeLsum'
  | 'distinctRatio';

/** What is computed unless asked otherwise. */
export const TEXT_METRICS: readonly TextMetricName[] = [
  'bleu1',
  'bleu2',
  'bleu3',
  'bleu4',
  'rougeL',
  'cider',
  'ciderD',
  'distinctRatio',
];

/**
 * Makes metrics of names, metrics staying as they are; what they share (n-gram counts, document frequencies) is made
 * once. `distinctRatio` is no sum over items and is left out.
 *
 * @param pairs - The corpus of CIDEr's document frequencies.
 * @throws {@link InvalidInputError} for an unknown name, or two metrics of the same name.
 */
export function makeTextMetrics(
  wanted: readonly (TextMetricName | Metric<TextPair>)[],
  pairs: readonly TextPair[],
  options: TextOptions,
): Metric<TextPair>[] {
  let frequencies: DocumentFrequencies | undefined;
  let bleus: readonly Metric<TextPair>[] | undefined;
  const make = (name: TextMetricName): Metric<TextPair> => {
    switch (name) {
      case 'rougeL':
        return rougeL(options);
      case 'cider':
      case 'ciderD':
        frequencies ??= documentFrequencies(pairs, options);
        return cider(frequencies, { ...options, variant: name });
      case 'CIDEr_D_constant_df':
        return ciderDConstantDf(pairs.length, options);
      default: {
        bleus ??= bleuOrders(options);
        return bleus.find((metric) => metric.name === name) ?? makeGoogleRouge(name);
      }
    }
  };
  const metrics = wanted
    .filter((one) => one !== 'distinctRatio')
    .map((one) => (typeof one === 'string' ? make(one) : one));
  const names = wanted.map((one) => (typeof one === 'string' ? one : one.name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InvalidInputError('metrics', 'metrics of different names', twice);
  return metrics;
}

/** With texts as given: its own tokeniser is part of that metric. */
function makeGoogleRouge(name: string): Metric<TextPair> {
  const match = /^googleR(ouge(?:1|2|L|Lsum))$/.exec(name);
  if (match === null)
    throw new InvalidInputError(
      'metrics',
      `metrics, or names such as ${TEXT_METRICS.join(', ')}`,
      name,
    );
  return googleRouge({ variant: `r${match[1]}` as GoogleRougeVariant });
}
