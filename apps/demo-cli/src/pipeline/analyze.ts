import type { Analysis } from '../result/analysis.js';
import { type OpenPipelineOptions, openPipeline } from './open-pipeline.js';
import type { AnalyzeOptions } from './pipeline.js';
import { type Outcome, type StreamOptions, streamAnalyses } from './stream-pictures.js';

/**
 * Analyses one picture: loads the models, runs every stage, frees the models. For several pictures, `analyzeMany` or
 * `openPipeline` load once.
 *
 * @param image - File path, or the file's bytes.
 * @throws what `openPipeline` and `Pipeline.analyze` throw.
 *
 * @example
 * ```ts
 * const { report, regions, classification } = await analyze('chest.png');
 * ```
 */
export async function analyze(
  image: string | Uint8Array,
  options: OpenPipelineOptions & AnalyzeOptions = {},
): Promise<Analysis> {
  await using pipeline = await openPipeline(options);
  return await pipeline.analyze(image, options);
}

/**
 * Analyses many pictures and waits for all; the promise twin of `streamAnalyses`, without the pictures themselves.
 *
 * @returns An outcome for each path, in order; a picture that fails is one with its error.
 */
export async function analyzeMany(
  paths: readonly string[],
  options: StreamOptions = {},
): Promise<
  (
    | { readonly path: string; readonly result: Analysis }
    | Exclude<Outcome<Analysis>, { result: Analysis }>
  )[]
> {
  const outcomes = [];
  for await (const outcome of streamAnalyses(paths, options))
    outcomes.push('result' in outcome ? { path: outcome.path, result: outcome.result } : outcome);
  return outcomes;
}
