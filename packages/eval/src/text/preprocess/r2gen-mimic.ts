import { replaceTimes, splitAndClean } from './r2gen-iu.js';

/**
 * Cleans a report as R2Gen does for MIMIC-CXR (`clean_report_mimic_cxr`): newlines, runs of `_`, spaces and dots
 * first, then as {@link r2genIu}.
 *
 * @see cuhksz-nlp/R2Gen, modules/tokenizers.py
 */
export function r2genMimic(text: string): string {
  const lines = text.replaceAll('\n', ' ');
  const blanks = replaceTimes(replaceTimes(lines, '__', '_', 7), '  ', ' ', 6);
  return splitAndClean(replaceTimes(blanks, '..', '.', 8));
}
