import { intervalSignature, type Score } from '@cxrkit/eval';
import type { Cell, TableBlock } from '../../eval/page/evaluation-page.js';
import type { Bar } from '../../eval/page/plots.js';

/** @returns A score as JSON: its value and signature, why there is none, and its interval where it has one. */
export function scoreJson({ value, reason, signature, interval }: Score): object {
  return {
    value,
    signature,
    ...(reason !== undefined && { reason }),
    ...(interval !== undefined && { interval }),
  };
}

/** @returns Scores by name, as JSON. */
export function scoresJson(scores: readonly Score[]): Record<string, object> {
  return Object.fromEntries(scores.map((one) => [one.name, scoreJson(one)]));
}

/** Sets scores below each other, with intervals if any has one. */
export function scoreTable(
  scores: readonly Score[],
  nameOf: (score: Score) => string = ({ name }) => name,
): TableBlock {
  const hasInterval = scores.some(({ interval }) => interval !== undefined);
  return {
    kind: 'table',
    columns: ['metric', 'value', ...(hasInterval ? ['interval'] : []), 'n', 'signature'],
    rows: scores.map((score): Cell[] => [
      nameOf(score),
      score.value,
      ...(hasInterval ? [intervalText(score)] : []),
      { count: score.n },
      { code: signatureText(score) },
    ]),
  };
}

/** How the number was computed, then how its interval was made or why there is no number. */
function signatureText({ signature, interval, reason }: Score): string {
  const made = interval === undefined ? '' : ` interval:${intervalSignature(interval)}`;
  return `${signature}${made}${reason === undefined ? '' : ` (${reason})`}`;
}

/** @returns Such as `[0.4100, 0.5200]`. */
export function intervalText({ interval }: Score): string {
  return interval === undefined ? '' : `[${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}]`;
}

/** @returns The bar of each score that has a value. */
export function scoreBars(scores: readonly Score[], nameOf: (score: Score) => string): Bar[] {
  return scores.flatMap((score) => {
    const { value, interval } = score;
    if (value === null) return [];
    const ends = interval && { low: interval.low, high: interval.high };
    return [{ name: nameOf(score), value, ...ends }];
  });
}
