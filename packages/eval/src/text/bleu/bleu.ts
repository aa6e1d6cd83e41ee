import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../../score/metric.js';
import { rememberLast } from '../../score/remember-last.js';
import type { TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import { splitWords } from '../words.js';
import {
  type BleuCounts,
  bleuCounter,
  type ReferenceLength,
  readCounts,
  statsLength,
} from './bleu-counts.js';
import { cocoBleu } from './coco-bleu.js';
import { hfBleu } from './hf-bleu.js';
import { isNltkSmoothing, type NltkSmoothing, nltkBleu } from './nltk-bleu.js';
import { sacreBleu, tokenize13a } from './sacrebleu.js';

/**
 * Whose BLEU: `coco` (pycocoevalcap, what report-generation papers print), `hf` (Hugging Face evaluate, TF-NMT),
 * `sacrebleu` (0 to 100, own tokeniser) or `nltk`.
 */
export type BleuStyle = 'coco' | 'hf' | 'sacrebleu' | 'nltk';

/** Options of {@link bleuOrders}. */
export interface BleuOptions extends TextOptions {
  /** @defaultValue `coco` */
  readonly style?: BleuStyle;
  /** For the style `nltk`. @defaultValue `none` */
  readonly smoothing?: NltkSmoothing;
  /** For the style `sacrebleu`: leave out orders a text is too short for, as it does for sentences. @defaultValue false */
  readonly effectiveOrder?: boolean;
}

/** How one style differs from the others. */
interface Style {
  /** Name of the metric, less the order. */
  readonly prefix: string;
  readonly reflen: ReferenceLength;
  /** Choices for the signature. */
  readonly convention: Readonly<Record<string, string>>;
  readonly leastTotal: 0 | 1;
  /** Orders counted above the one asked. */
  readonly ahead: number;
  split(text: string): string[];
  value(counts: BleuCounts, order: number): number;
}

/**
 * Makes BLEU-`order`, by default of pycocoevalcap. The corpus value comes from summed counts and is not the mean of
 * its items' values.
 *
 * @returns A metric in [0, 1], for `sacrebleu` in [0, 100]; named `bleu4`, `hfBleu4`, `sacreBleu4`, `nltkBleu4`.
 * @throws {@link InvalidInputError} for an order outside 1 to 4, an unknown style or an unknown smoothing.
 */
export function bleu(options: BleuOptions & { readonly order?: number } = {}): Metric<TextPair> {
  const { order = 4 } = options;
  if (!Number.isInteger(order) || order < 1 || order > 4)
    throw new InvalidInputError('order', 'a whole number from 1 to 4', order);
  return makeOrders([order], options)[0];
}

/** Makes BLEU-1 to BLEU-4, which count n-grams once for an item given to one after the other. */
export function bleuOrders(options: BleuOptions = {}): Metric<TextPair>[] {
  return makeOrders([1, 2, 3, 4], options);
}

function makeOrders(orders: readonly number[], options: BleuOptions): Metric<TextPair>[] {
  const { style: name = 'coco' } = options;
  const style = makeStyle(options);
  const preprocessing = options.preprocessing ?? (name === 'sacrebleu' ? 'none' : 'ptb');
  const reader = textReader({ ...options, preprocessing });
  const { prep, reftext } = reader.convention;
  const maxOrder = Math.max(...orders) + style.ahead;
  const count = bleuCounter({ ...style, maxOrder });
  const stats = rememberLast((pair: TextPair) => {
    const { candidate, references } = reader.read(pair);
    return count(style.split(candidate), references.map(style.split));
  });
  const convention = { prep, reftext, style: name, reflen: style.reflen, ...style.convention };
  return orders.map((order) => ({
    name: `${style.prefix}${order}`,
    convention: { ...convention, agg: 'corpus' },
    length: statsLength(maxOrder),
    stats,
    finalise: (sum) =>
      sum[sum.length - 1] === 0 ? null : style.value(readCounts(sum, maxOrder), order),
  }));
}

function makeStyle(options: BleuOptions): Style {
  const { style = 'coco', smoothing = 'none', effectiveOrder = false } = options;
  const common = { reflen: 'closest', leastTotal: 0, ahead: 0, split: splitWords } as const;
  switch (style) {
    case 'coco':
      return { ...common, prefix: 'bleu', convention: { smooth: 'tiny' }, value: cocoBleu };
    case 'hf':
      return {
        ...common,
        prefix: 'hfBleu',
        reflen: 'shortest',
        convention: { smooth: 'none' },
        value: hfBleu,
      };
    case 'sacrebleu':
      return {
        ...common,
        prefix: 'sacreBleu',
        convention: { tok: '13a', smooth: 'exp', eff: effectiveOrder ? 'yes' : 'no' },
        split: tokenize13a,
        value: (counts, order) => sacreBleu(counts, order, effectiveOrder),
      };
    case 'nltk':
      if (!isNltkSmoothing(smoothing))
        throw new InvalidInputError('smoothing', 'none or method1 to 5 or 7', smoothing);
      return {
        ...common,
        prefix: 'nltkBleu',
        leastTotal: 1,
        ahead: 1,
        convention: { smooth: smoothing },
        value: (counts, order) => nltkBleu(counts, order, smoothing),
      };
    default:
      throw new InvalidInputError('style', 'coco, hf, sacrebleu or nltk', style);
  }
}
