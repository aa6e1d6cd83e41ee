import { createRandom, float32, type LabelledImage, type Tensors } from '@cxrkit/core';
import { copyLatents, type LatentTable, type PosteriorPoint } from '../cache/latents.js';

/** A picture with its report, in one wording or several. */
export interface ReportedImage extends LabelledImage {
  readonly reports: readonly string[];
}

/** What a prior learns from, computed once. */
export interface PriorTable {
  readonly latents: LatentTable;
  /** Places in `vectors`: the reports of each picture. */
  readonly reports: readonly (readonly number[])[];
  readonly vectors: readonly Float32Array[];
}

/**
 * Makes a batch: `latents [N, C, s, s]`, and `vectors [N, D]` of one report each.
 *
 * @param rows - Of the table.
 * @param stream - Of random numbers: they draw the report, and the latents where a sample stands for the picture.
 */
export function priorBatch(
  rows: readonly number[],
  { latents, reports, vectors }: PriorTable,
  posterior: PosteriorPoint,
  stream: readonly [seed: number, ...number[]],
): Tensors {
  const [channels, height, width] = latents.latent;
  const size = channels * height * width;
  const length = vectors[0].length;
  const maps = new Float32Array(rows.length * size);
  const targets = new Float32Array(rows.length * length);
  for (const [place, row] of rows.entries()) {
    const random = createRandom(...stream, place);
    const wordings = reports[row];
    targets.set(vectors[wordings[random.integer(wordings.length)]], place * length);
    copyLatents(latents, row, posterior, random, [maps, place * size]);
  }
  return {
    latents: float32(maps, [rows.length, channels, height, width]),
    vectors: float32(targets, [rows.length, length]),
  };
}
