import { InvalidInputError, type ResultWarning } from '@cxrkit/core';

/** How a report is worded. */
export interface ReportOptions {
  /**
   * `faithful` writes as CXR-IRGen: the vector comes from a sample of the autoencoder's posterior, tokens are drawn from
   * the whole distribution, as many as the model has places, and nothing stops at EOS. @defaultValue none
   */
  readonly preset?: 'faithful' | undefined;
  /** @defaultValue 'beam' */
  readonly decoding?: 'beam' | 'greedy' | 'sample' | undefined;
  /** Width of the beam search. @defaultValue 4 */
  readonly beams?: number | undefined;
  /** Of `sample`: divides the logits. @defaultValue 1 */
  readonly temperature?: number | undefined;
  /** Of `sample`: keeps the likeliest tokens up to this probability, in (0, 1]. @defaultValue 0.9 */
  readonly topP?: number | undefined;
  /**
   * How far reports of one picture differ from seed to seed, where the prior draws vectors: from 0, always the same, to
   * 1, as those that it learned from. @defaultValue 1
   */
  readonly spread?: number | undefined;
  /** Reads the picture alone, where the prior could read what was asked, too. @defaultValue false */
  readonly ignoreFindings?: boolean | undefined;
}

/** A report that was written from a picture. */
export interface WrittenReport {
  readonly report: string;
  /** Of the tokens, natural; of `beam` a token's mean. */
  readonly score: number;
  /** False when cut at the longest length. */
  readonly finished: boolean;
  readonly warnings: readonly ResultWarning[];
}

/** @throws {@link InvalidInputError} naming the option. */
export function checkReportOptions(options: ReportOptions): void {
  const { preset, decoding, beams, temperature, topP, spread } = options;
  if (preset !== undefined && preset !== 'faithful')
    throw new InvalidInputError('preset', "'faithful'", preset);
  if (decoding !== undefined && !['beam', 'greedy', 'sample'].includes(decoding))
    throw new InvalidInputError('decoding', 'beam, greedy or sample', decoding);
  if (preset === 'faithful' && decoding !== undefined && decoding !== 'sample')
    throw new InvalidInputError('decoding', 'sample, as the preset faithful draws', decoding);
  if (beams !== undefined && (!Number.isSafeInteger(beams) || beams < 1))
    throw new InvalidInputError('beams', 'a whole number of 1 or more', beams);
  if (topP !== undefined && !(topP > 0 && topP <= 1))
    throw new InvalidInputError('topP', 'a number above 0, at most 1', topP);
  if (temperature !== undefined && !(temperature > 0 && temperature < Number.POSITIVE_INFINITY))
    throw new InvalidInputError('temperature', 'a finite number above 0', temperature);
  if (spread !== undefined && !(spread >= 0 && spread <= 1))
    throw new InvalidInputError('spread', 'a number from 0 to 1', spread);
}
