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
  readonly rules: Pick<PriorRules, 'posterior' | 'findingsDropout' | 'findingsSwap'>;
}

/** Paths of a flow that are learned at once from each picture: the head is small beside the transformer (4 in MAR). */
const PATHS = 8;

/** Sentence vectors that a batch holds for each picture. */
export const targetsOf = ({ flow }: PriorConfig): number => (flow ? PATHS : 1);

/**
 * Makes a batch: `latents [N, C, s, s]`, and `vectors [N * R, D]` of R reports each ({@link targetsOf}); `findings
 * [N, 14]` where the prior reads them; `noise [N * R, D]` and `times [N * R]` where it has a flow.
 *
 * @param rows - Of the table.
 * @param stream - Of random numbers: they draw the reports, what is told of the findings, noise, and the latents where a
 *   sample stands for the picture.
 */
export function priorBatch(
  rows: readonly number[],
  { table, config, rules }: PriorBatchOptions,
  stream: readonly [seed: number, ...number[]],
): Tensors {
  const { latents, reports, vectors } = table;
  const { flow, readsFindings } = config;
  const [channels, height, width] = latents.latent;
  const [size, length] = [channels * height * width, vectors[0].length];
  const [count, targets] = [rows.length, rows.length * targetsOf(config)];
  const maps = new Float32Array(count * size);
  const drawn: Float32Array[] = [];
  const noise: Float32Array[] = [];
  const times: number[] = [];
  const codes: number[] = [];
  for (const [place, row] of rows.entries()) {
    const random = createRandom(...stream, place);
    const told = readsFindings ? drawTold(row, rows, { table, rules }, random) : { row, codes: [] };
    codes.push(...told.codes);
    const wordings = reports[told.row];
    const drawVector = () => vectors[wordings[random.integer(wordings.length)]];
    drawn.push(drawVector());
    copyLatents(latents, row, rules.posterior, random, [maps, place * size]);
    if (flow === undefined) continue;
    for (let i = 0; i < PATHS; i++) {
      if (i > 0) drawn.push(drawVector());
      times.push(random.uniform());
      noise.push(flowNoise(length, flow.deviation, random));
    }
  }
  return {
    latents: float32(maps, [count, channels, height, width]),
    vectors: float32(joined(drawn, length), [targets, length]),
    ...(readsFindings && { findings: int64(codes, [count, codes.length / count]) }),
    ...(flow && {
      noise: float32(joined(noise, length), [targets, length]),
      times: float32(times, [targets]),
    }),
  };
}

function joined(rows: readonly Float32Array[], length: number): Float32Array {
  const data = new Float32Array(rows.length * length);
  for (const [i, row] of rows.entries()) data.set(row, i * length);
  return data;
}

/** Draws what a prior is told of a picture; now and then it is the findings of another one, whose report it then learns. */
function drawTold(
  row: number,
  rows: readonly number[],
  { table, rules }: Pick<PriorBatchOptions, 'table' | 'rules'>,
  random: Random,
): { readonly row: number; readonly codes: readonly number[] } {
  const isSwapped = random.uniform() < rules.findingsSwap;
  const spoken = isSwapped ? rows[random.integer(rows.length)] : row;
  const dropout = isSwapped ? 0 : rules.findingsDropout;
  return { row: spoken, codes: toldCodes(table.findings[spoken], dropout, random) };
}

/** Codes of findings: nothing by chance, and of what is absent a share that differs from time to time. */
function toldCodes(states: FindingStates, dropout: number, random: Random): number[] {
  const [isSilent, share] = [random.uniform() < dropout, random.uniform()];
  const told = Object.entries(states).filter(
    ([, state]) => !isSilent && (state !== 'negative' || random.uniform() < share),
  );
  return findingCodes(Object.fromEntries(told));
}
