import { createRandom } from '@cxrkit/core';
import type { WrittenReport } from '../language/report-options.js';
import type { FindingStates } from '../prompt/index.js';
import { type FindingLabeler, type ReportReading, readReport } from './agreement.js';

/** Names the seeds of further tries. */
const TRY_STREAM = 0x7e57;

/** A report with what the labeler reads in it. */
export interface ReadReport {
  readonly written: WrittenReport;
  readonly reading: ReportReading;
}

/**
 * Writes a report, and again with other seeds until the labeler reads in it all that was asked, or the writer repeats itself.
 *
 * @param seed - Of the first try; those of the others follow from it.
 * @param tries - Reports at most.
 * @returns The report that states most of what was asked, of equal ones the first.
 */
export async function writeUntilRead(
  write: (seed: number) => Promise<WrittenReport>,
  asked: FindingStates,
  labeler: FindingLabeler,
  { seed, tries }: { readonly seed: number; readonly tries: number },
): Promise<ReadReport> {
  let best = await writeOne(seed);
  let last = best;
  for (let k = 1; k < tries && isToBeBettered(best); k++) {
    const next = await writeOne(createRandom(seed, TRY_STREAM, k).integer(2 ** 32));
    if (next.written.report === last.written.report) break;
    if (scoreOf(next) > scoreOf(best)) best = next;
    last = next;
  }
  return best;

  async function writeOne(own: number): Promise<ReadReport> {
    const written = await write(own);
    return { written, reading: await readReport(asked, written.report, labeler) };
  }
}

function isToBeBettered({ reading: { reportScore } }: ReadReport): boolean {
  return reportScore !== null && reportScore < 1;
}

function scoreOf({ reading: { reportScore } }: ReadReport): number {
  return reportScore ?? 0;
}
