import { type Preprocessing, preprocess } from './preprocess/preprocess.js';
import { applyReferenceMode, type ReferenceMode, referenceModeName } from './reference-mode.js';
import { checkPair, type TextPair } from './text-pair.js';

/** What every text metric can be told about its texts. */
export interface TextOptions {
  /** See {@link Preprocessing}. */
  readonly preprocessing?: Preprocessing;
  /** @defaultValue `full` */
  readonly referenceMode?: ReferenceMode;
}

/** Prepares pairs for one metric. */
interface TextReader {
  /** The choices, for {@link Metric.convention}. */
  readonly convention: { readonly prep: Preprocessing; readonly reftext: string };
  /**
   * @returns The pair with its texts preprocessed.
   * @throws {@link InvalidInputError} as {@link checkPair}.
   */
  read(pair: TextPair): TextPair;
}

/** Prepared pairs by preprocessing, so that several metrics prepare a pair once; they go when the pair goes. */
const prepared = new Map<Preprocessing, WeakMap<TextPair, TextPair>>();

/**
 * Makes a reader of pairs.
 *
 * @throws {@link InvalidInputError} for an unknown preprocessing or a bad reference mode.
 */
export function textReader({
  preprocessing = 'ptb',
  referenceMode = 'full',
}: TextOptions): TextReader {
  preprocess('', preprocessing);
  applyReferenceMode('', referenceMode);
  return {
    convention: { prep: preprocessing, reftext: referenceModeName(referenceMode) },
    read(pair) {
      const whole = readWhole(pair, preprocessing);
      if (referenceMode === 'full') return whole;
      const references = whole.references.map((text) => applyReferenceMode(text, referenceMode));
      return { ...whole, references };
    },
  };
}

function readWhole(pair: TextPair, preprocessing: Preprocessing): TextPair {
  const known = prepared.get(preprocessing)?.get(pair);
  if (known !== undefined) return known;
  checkPair(pair, 'pair');
  if (preprocessing === 'none') return pair;
  const result = {
    id: pair.id,
    candidate: preprocess(pair.candidate, preprocessing),
    references: pair.references.map((reference) => preprocess(reference, preprocessing)),
  };
  const cache = prepared.get(preprocessing) ?? new WeakMap();
  prepared.set(preprocessing, cache.set(pair, result));
  return result;
}
