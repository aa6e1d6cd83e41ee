/**
 * Cleans a report as R2Gen does for IU X-ray (`clean_report_iu_xray`), words joined by single spaces.
 *
 * Its ways are kept: `-` stays, dots inside a sentence vanish (`2.5 cm` becomes `25 cm`), `/` is deleted and not
 * spaced (`CHF/edema` becomes `chfedema`), `1. ` is also taken from `11. `, an empty sentence stays as a lone ` . `.
 *
 * @see cuhksz-nlp/R2Gen, modules/tokenizers.py
 */
export function r2genIu(text: string): string {
  return splitAndClean(replaceTimes(text, '..', '.', 3));
}

/** Applies what R2Gen's cleaners for both data sets share: numbering, sentences, punctuation. */
export function splitAndClean(text: string): string {
  let report = text.replaceAll('1. ', '');
  for (const k of [2, 3, 4, 5]) report = report.replaceAll(`. ${k}. `, '. ');
  for (const k of [2, 3, 4, 5]) report = report.replaceAll(` ${k}. `, '. ');
  const sentences = report.trim().toLowerCase().split('. ').map(cleanSentence);
  return words(`${sentences.join(' . ')} .`);
}

/** Replaces all occurrences, `times` times over. */
export function replaceTimes(text: string, from: string, to: string, times: number): string {
  let result = text;
  for (let i = 0; i < times; i++) result = result.replaceAll(from, to);
  return result;
}

/** The class is R2Gen's: `:-\[` is a range there, U+003A to U+005B, so `<=>@` go as well and `-` stays. */
function cleanSentence(sentence: string): string {
  return sentence
    .replace(/["/\\']/g, '')
    .trim()
    .toLowerCase()
    .replace(/[.,?;*!%^&_+():-[\]{}]/g, '');
}

function words(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');
}
