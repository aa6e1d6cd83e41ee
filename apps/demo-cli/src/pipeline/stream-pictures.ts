import { availableParallelism } from 'node:os';
import { CxrError, InvalidInputError } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { Analysis } from '../result/analysis.js';
import { mapInOrder } from './map-in-order.js';
import { type OpenPipelineOptions, openPipeline } from './open-pipeline.js';
import { type Picture, readPicture } from './picture.js';
import type { AnalyzeOptions, Pipeline } from './pipeline.js';

/** Options of the verbs for many pictures. */
export interface StreamOptions extends OpenPipelineOptions, AnalyzeOptions {
  /**
   * Pictures at once on the CPU, each with a pipeline of its own and its share of the cores.
   * @defaultValue 2 for several pictures on several cores, else 1
   */
  readonly concurrency?: number | undefined;
}

/** What became of one picture: its result and its grey levels, or why there is none. */
export type Outcome<Result> =
  | { readonly path: string; readonly result: Result; readonly image: GrayImage }
  | { readonly path: string; readonly error: CxrError };

/**
 * Runs a verb of the pipeline on many pictures; yields in the order of `paths`. A picture that fails is an outcome with
 * its error, the others go on.
 *
 * @throws what loading throws; the signal's reason.
 */
export async function* streamPictures<Result>(
  paths: readonly string[],
  verb: (pipeline: Pipeline, picture: Picture) => Promise<Result>,
  options: StreamOptions = {},
): AsyncGenerator<Outcome<Result>, void, undefined> {
  if (paths.length === 0) return;
  const pipelines = await openPipelines(paths.length, options);
  try {
    yield* mapInOrder(paths, pipelines, async (path, take): Promise<Outcome<Result>> => {
      try {
        const picture = await readPicture(path, options);
        const { worker, release } = await take();
        try {
          return { path, result: await verb(worker, picture), image: picture.image };
        } finally {
          release();
        }
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!CxrError.isInstance(error) || FATAL.includes(error.code)) throw error;
        return { path, error };
      }
    });
  } finally {
    for (const pipeline of pipelines) await pipeline.dispose();
  }
}

/** Trouble that the next picture would have, too. */
const FATAL: readonly CxrError['code'][] = ['DISPOSED', 'DEVICE'];

/**
 * Analyses many pictures, see {@link streamPictures}; the streaming twin of `analyzeMany`.
 *
 * @example
 * ```ts
 * for await (const outcome of streamAnalyses(['a.png', 'b.png']))
 *   if ('result' in outcome) use(outcome.path, outcome.result.report);
 * ```
 */
export function streamAnalyses(
  paths: readonly string[],
  options: StreamOptions = {},
): AsyncGenerator<Outcome<Analysis>, void, undefined> {
  return streamPictures(paths, (pipeline, picture) => pipeline.analyze(picture, options), options);
}

async function openPipelines(count: number, options: StreamOptions): Promise<Pipeline[]> {
  const cores = availableParallelism();
  const { concurrency = Math.min(2, count, cores), threads } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new InvalidInputError('concurrency', 'a whole number of 1 or more', concurrency);
  const wanted = Math.min(concurrency, count);
  const each = { ...options, threads: threads ?? Math.max(1, Math.floor(cores / wanted)) };
  const pipelines = [await openPipeline(each)];
  // One picture at a time fills a GPU; a second worker would only take its memory.
  const isAlone = pipelines[0].model.device !== 'cpu';
  try {
    while (!isAlone && pipelines.length < wanted) pipelines.push(await openPipeline(each));
  } catch (error) {
    for (const pipeline of pipelines) await pipeline.dispose();
    throw error;
  }
  return pipelines;
}
