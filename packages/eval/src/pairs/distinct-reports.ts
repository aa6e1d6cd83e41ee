import type { Resampled } from '../score/metric.js';

/**
 * Readies the share of distinct reports: different texts over pairs, 1 where no report comes twice. Texts are compared
 * in lower case with runs of white space as one.
 *
 * In a resample a pair that is drawn several times is one pair (it would else repeat its own report and pull the share
 * down), so the value is different texts over different pairs among those drawn.
 *
 * @param reports - `undefined` is left out.
 */
export function distinctReports(reports: readonly (string | undefined)[]): Resampled {
  const texts = new Map<string, number>();
  const text = reports.map((report) => {
    if (report === undefined) return -1;
    const key = report.toLowerCase().replace(/\s+/g, ' ').trim();
    const known = texts.get(key) ?? texts.size;
    texts.set(key, known);
    return known;
  });
  return {
    n: reports.length,
    value(counts) {
      const isSeen = new Uint8Array(texts.size);
      let pairs = 0;
      let different = 0;
      for (const [i, at] of text.entries()) {
        if (at < 0 || (counts !== undefined && counts[i] === 0)) continue;
        pairs++;
        if (isSeen[at] === 0) different++;
        isSeen[at] = 1;
      }
      return pairs === 0 ? null : different / pairs;
    },
  };
}
