/**
 * Lower-cases a text, sets dots apart and splits at single spaces.
 *
 * @see rajpurkarlab/CXR-Report-Metric: the text its BLEU-2, a part of RadCliQ, sees.
 */
export function radcliq(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('.', ' .')
    .split(' ')
    .filter((word) => word !== '')
    .join(' ');
}
