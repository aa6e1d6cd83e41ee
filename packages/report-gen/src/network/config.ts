import { z } from 'zod';

/** Sizes and settings of a report generator; the published one is {@link RGRG}. */
export interface ReportGeneratorConfig {
  /** `D_in`, length of a region's feature vector. */
  readonly regionFeatures: number;
  /** Hidden widths of the region-selection and the abnormality classifier. */
  readonly classifierWidths: readonly number[];
  /** Width of the decoder. */
  readonly width: number;
  readonly layers: number;
  /** Divides `width`. */
  readonly heads: number;
  /** Hidden width of a decoder block, 4 * `width` in GPT-2. */
  readonly mlp: number;
  /** `V`, tokens. */
  readonly vocabulary: number;
  /** Rows of the position table `wpe`. */
  readonly positions: number;
  /** `wte` looks positions up in the word table, as RGRG does (`language_model.py:307`); `wpe` in GPT-2's own. */
  readonly positionTable: 'wte' | 'wpe';
  /** Of the layer normalisations. */
  readonly epsilon: number;
  readonly bosTokenId: number;
  /** May equal `bosTokenId`. */
  readonly eosTokenId: number;
  /** Longest text of a region in tokens; BOS counts, EOS does not. */
  readonly maxLength: number;
  /** Width of the beam search. */
  readonly beams: number;
  /** Ends a beam search once `beams` texts are complete, as RGRG does; `false` waits while an open beam may still win. */
  readonly earlyStopping: boolean;
  /** A detected region is selected if its selection logit is above this. */
  readonly selectionThreshold: number;
  /** A region counts as abnormal if its abnormality logit is above this. */
  readonly abnormalityThreshold: number;
}

const size = z.int().positive();

/** Checks the `architecture` of a model folder of stage `report-gen`. */
export const reportGeneratorConfigSchema: z.ZodType<ReportGeneratorConfig> = z
  .strictObject({
    regionFeatures: size,
    classifierWidths: z.array(size).min(1),
    width: size,
    layers: size,
    heads: size,
    mlp: size,
    vocabulary: size.min(2),
    positions: size,
    positionTable: z.enum(['wte', 'wpe']),
    epsilon: z.number().positive(),
    bosTokenId: z.int().nonnegative(),
    eosTokenId: z.int().nonnegative(),
    maxLength: size.min(2),
    beams: size,
    earlyStopping: z.boolean(),
    selectionThreshold: z.number(),
    abnormalityThreshold: z.number(),
  })
  .refine(({ width, heads }) => width % heads === 0, {
    path: ['heads'],
    error: 'must divide width',
  })
  .refine((config) => config.maxLength <= positionRows(config), {
    path: ['maxLength'],
    error: 'must not exceed the rows of the position table',
  })
  .refine(
    ({ bosTokenId, eosTokenId, vocabulary }) => Math.max(bosTokenId, eosTokenId) < vocabulary,
    { path: ['eosTokenId'], error: 'must be, as bosTokenId, a token of the vocabulary' },
  );

/**
 * Checks a config that may come from anywhere.
 *
 * @param refuse - Makes the error of the caller's kind from the broken rules.
 */
export function parseConfig(
  value: unknown,
  refuse: (problem: string) => Error,
): ReportGeneratorConfig {
  const result = reportGeneratorConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw refuse(issues.join('; '));
}

/** @returns Rows of the table that positions are looked up in. */
function positionRows({
  positionTable,
  vocabulary,
  positions,
}: Pick<ReportGeneratorConfig, 'positionTable' | 'vocabulary' | 'positions'>): number {
  return positionTable === 'wte' ? vocabulary : positions;
}

/** RGRG: GPT-2 medium with pseudo self-attention (Tanida et al. 2023; `src/language_model/language_model.py`). */
export const RGRG: ReportGeneratorConfig = {
  regionFeatures: 1024,
  classifierWidths: [512, 128],
  width: 1024,
  layers: 24,
  heads: 16,
  mlp: 4096,
  vocabulary: 50_257,
  positions: 1024,
  positionTable: 'wte',
  epsilon: 1e-5,
  bosTokenId: 50_256,
  eosTokenId: 50_256,
  maxLength: 300,
  beams: 4,
  earlyStopping: true,
  selectionThreshold: -1,
  abnormalityThreshold: -1,
};
