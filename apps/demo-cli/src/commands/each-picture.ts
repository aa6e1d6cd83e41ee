import type { FoundImages } from '../inputs/find-images.js';
import { OutputError } from '../output/output-error.js';
import type { Picture } from '../pipeline/picture.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { type Outcome, type StreamOptions, streamPictures } from '../pipeline/stream-pictures.js';
import { EXIT } from '../terminal/exit-code.js';
import type { Reporter } from '../terminal/reporter.js';

/** A picture that was worked on. */
export type Success<Result> = Extract<Outcome<Result>, { readonly result: Result }>;

/** What {@link eachPicture} takes. */
export interface EachPictureOptions<Result> {
  readonly found: FoundImages;
  readonly verb: (pipeline: Pipeline, picture: Picture) => Promise<Result>;
  /** Shows or writes one result. */
  readonly use: (success: Success<Result>) => Promise<void> | void;
  readonly stream: StreamOptions;
  readonly reporter: Reporter;
}

/**
 * Runs a verb on every picture that was found; names each failure and goes on.
 *
 * @returns The exit code.
 */
export async function eachPicture<Result>(options: EachPictureOptions<Result>): Promise<number> {
  const { found, verb, use, stream, reporter } = options;
  for (const { error } of found.failures) reporter.problem(`failed: ${error.message}`);
  let failed = found.failures.length;
  let completed = 0;
  const total = found.images.length;
  for await (const outcome of streamPictures(found.images, verb, stream)) {
    const problem = 'error' in outcome ? outcome.error : await attempt(() => use(outcome));
    if (problem !== undefined) {
      failed++;
      reporter.problem(`failed: ${outcome.path}: ${problem.message}`);
    }
    completed++;
    if (total > 1)
      reporter.progress({
        phase: 'write',
        completed,
        total,
        unit: 'images',
        subject: outcome.path,
      });
  }
  reporter.end();
  if (failed === 0) return EXIT.done;
  reporter.problem(`${failed} of ${total + found.failures.length} failed.`);
  return EXIT.failed;
}

/** @returns Why the result could not be written; anything else is thrown on. */
async function attempt(run: () => Promise<void> | void): Promise<OutputError | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof OutputError) return error;
    throw error;
  }
}
