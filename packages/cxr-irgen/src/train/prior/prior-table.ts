import {
  createRandom,
  float32,
  int64,
  type LabelledImage,
  type Random,
  type Tensors,
} from '@cxrkit/core';
import type { PriorConfig } from '../../network/prior/config.js';
import { flowNoise } from '../../network/prior/flow-noise.js';
import { type FindingStates, findingCodes } from '../../prompt/index.js';
import { copyLatents, type LatentTable } from '../cache/latents.js';
import type { PriorRules } from './prior-rules.js';

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
  /** What each picture's labels say. */
  readonly findings: readonly FindingStates[];
}

/** What {@link priorBatch} draws by. */
export interface PriorBatchOptions {
  readonly table: PriorTable;
  readonly config: PriorConfig;
  readonly rules: Pick<PriorRules, 'posterior' | 'findingsDropout'>;
}

/**
 * Makes a batch: `latents [N, C, s, s]`, `vectors [N, D]` of one report each; `findings [N, 14]` where the prior reads
 * them; `noise [N, D]` and `times [N]` where it has a flow.
 *
 * @param rows - Of the table.
 * @param stream - Of random numbers: they draw the report, what is told of the findings, noise, and the latents where a
 *   sample stands for the picture.
 */
export function priorBatch(
  rows: readonly number[],
  { table, config, rules }: PriorBatchOptions,
  stream: readonly [seed: number, ...number[]],
): Tensors {
  const { latents, reports, vectors } = table;
  const { flow, readsFindings } = config;
  const [count, length] = [rows.length, vectors[0].length];
  const [channels, height, width] = latents.latent;
  const size = channels * height * width;
  const maps = new Float32Array(count * size);
  const targets = new Float32Array(count * length);
  const noise = new Float32Array(count * length);
  const times = new Float32Array(count);
  const codes: number[] = [];
  for (const [place, row] of rows.entries()) {
    const random = createRandom(...stream, place);
    const wordings = reports[row];
    targets.set(vectors[wordings[random.integer(wordings.length)]], place * length);
    copyLatents(latents, row, rules.posterior, random, [maps, place * size]);
    if (readsFindings) codes.push(...toldCodes(table.findings[row], rules, random));
    if (flow === undefined) continue;
    times[place] = random.uniform();
    noise.set(flowNoise(length, flow.deviation, random), place * length);
  }
  return {
    latents: float32(maps, [count, channels, height, width]),
    vectors: float32(targets, [count, length]),
    ...(readsFindings && { findings: int64(codes, [count, codes.length / count]) }),
    ...(flow && { noise: float32(noise, [count, length]), times: float32(times, [count]) }),
  };
}

/** Codes of what a prior is told: nothing by chance, and of what is absent a share that differs from time to time. */
function toldCodes(
  states: FindingStates,
  { findingsDropout }: PriorBatchOptions['rules'],
  random: Random,
): number[] {
  const [isSilent, share] = [random.uniform() < findingsDropout, random.uniform()];
  const told = Object.entries(states).filter(
    ([, state]) => !isSilent && (state !== 'negative' || random.uniform() < share),
  );
  return findingCodes(Object.fromEntries(told));
}
