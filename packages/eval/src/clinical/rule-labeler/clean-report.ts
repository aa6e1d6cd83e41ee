/**
 * Cleans a report as the CheXpert labeler does (Irvin et al. 2019, section 3.1): lower case, `and/or` and
 * the slash between letters to `or`, a space after dots and commas. A decimal point keeps its number together, and a
 * blank line ends a sentence, both unlike the original, which does not know them.
 */
export function cleanReport(report: string): string {
  return report
    .toLowerCase()
    .replace(/\r?\n\s*\n\s*/g, '. ')
    .replace(/\band\/or\b/g, 'or')
    .replace(/(?<=[a-z])\/(?=[a-z])/g, ' or ')
    .replace(/\.{2,}/g, '.')
    .replace(/(?<!\d)[.,]|[.,](?!\d)/g, '$& ')
    .replace(/\s+/g, ' ')
    .replace(/(?:\. )+\./g, '.')
    .trim();
}
