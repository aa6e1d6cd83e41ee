import type { Metric } from '../../score/metric.js';
import { meanMetric } from '../mean-metric.js';
import type { TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import { lcsLength, numberWords } from './longest-common-subsequence.js';

/** Weight of recall over precision. */
const BETA = 1.2;

/**
 * Makes ROUGE-L of pycocoevalcap: F with beta 1.2 of the longest common subsequence over the whole text, the best
 * precision and the best recall over the references taken apart. Texts are split at each single space, so an empty
 * text is one empty word, and two empty texts score 1.
 *
 * @returns A metric in [0, 1]; the corpus value is the mean.
 * @see Lin 2004, section 3.1; salaniz/pycocoevalcap, rouge
 */
export function rougeL(options: TextOptions = {}): Metric<TextPair> {
  const reader = textReader(options);
  return meanMetric('rougeL', { ...reader.convention, style: 'coco', beta: BETA }, (pair) => {
    const { candidate, references } = reader.read(pair);
    const [words, ...others] = numberWords(
      candidate.split(' '),
      ...references.map((text) => text.split(' ')),
    );
    let precision = 0;
    let recall = 0;
    for (const other of others) {
      const common = lcsLength(words, other);
      precision = Math.max(precision, common / words.length);
      recall = Math.max(recall, common / other.length);
    }
    if (precision === 0 || recall === 0) return 0;
    return ((1 + BETA ** 2) * precision * recall) / (recall + BETA ** 2 * precision);
  });
}
