import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import { z } from 'zod';
import {
  type Analysis,
  type ClassificationResult,
  type DetectionResult,
  type ReportResult,
  SCHEMA_VERSION,
} from './analysis.js';

const probability = z.number().min(0).max(1);
const cosine = z.number().min(-1.001).max(1.001);
const milliseconds = z.number().nonnegative();

const stageModel = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the model.json, which holds the hashes of all graphs'),
});

const base = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  image: z.strictObject({
    path: z.string().nullable().describe('As given; null for bytes'),
    width: z.int().positive(),
    height: z.int().positive(),
  }),
  warnings: z
    .array(z.strictObject({ code: z.string().min(1), message: z.string().min(1) }))
    .describe('Doubts about the picture or the result'),
  model: z.strictObject({
    device: z.enum(['cpu', 'cuda', 'webgpu']),
    detector: z.exactOptional(stageModel),
    'report-gen': z.exactOptional(stageModel),
    'clip-classifier': z.exactOptional(stageModel),
  }),
  timings: z
    .strictObject({
      decodeMs: milliseconds,
      detectMs: milliseconds.optional(),
      reportMs: milliseconds.optional(),
      classifyMs: milliseconds.optional(),
      totalMs: milliseconds,
    })
    .describe('Wall time of each step that ran, in milliseconds'),
  notAMedicalDevice: z.literal(true),
});

const box = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .describe('[x0, y0, x1, y1] in pixels of the source image, origin top left');

const locatedRegion = z.strictObject({
  name: z.enum(ANATOMICAL_REGIONS).describe('"right" and "left" are the patient\'s'),
  detected: z.boolean(),
  score: probability,
  box: box.nullable(),
});

const describedRegion = locatedRegion.extend({
  selected: z.boolean().describe('Whether a sentence was asked for'),
  selectionLogit: z.number().nullable(),
  abnormalityLogit: z.number().nullable().describe('Uncalibrated'),
  sentence: z.string().nullable(),
  beamScore: z.number().nullable().describe('Log-probability per token of the best beam'),
});

const reportFields = {
  regions: z.array(describedRegion).length(ANATOMICAL_REGIONS.length),
  report: z.string().describe('Empty when nothing is worth a sentence'),
  sentences: z
    .array(z.strictObject({ text: z.string(), regions: z.array(z.string()) }))
    .describe('The report, sentence by sentence, with the regions that said it'),
  removed: z
    .array(
      z.union([
        z.strictObject({
          region: z.string(),
          sentence: z.string(),
          duplicateOf: z.string(),
          rule: z.enum(['exact', 'soft']),
          similarity: z.number(),
        }),
        z.strictObject({
          region: z.string(),
          sentence: z.string(),
          contradictedBy: z.string(),
          rule: z.literal('contradiction'),
          finding: z.string(),
        }),
      ]),
    )
    .describe('Sentences left out because another one says the same, or states what they deny'),
  similarity: z.string().describe('The measure that found soft duplicates'),
};

const classificationFields = {
  classification: z.array(
    z.strictObject({
      label: z.string().min(1),
      probability: probability.describe('Softmax over two prompts; uncalibrated'),
      cosPositive: cosine,
      cosNegative: cosine,
      prompts: z
        .strictObject({ positive: z.array(z.string()), negative: z.array(z.string()) })
        .describe('The sentences compared with; the vectors of each list are averaged'),
    }),
  ),
  temperature: z
    .number()
    .nullable()
    .describe('What the cosines were multiplied by before the softmax; null for none'),
  probe: z.exactOptional(
    z
      .array(
        z.strictObject({
          label: z.string().min(1),
          logit: z.number(),
          probability,
          present: z.boolean().describe("Whether the probability reaches the probe's threshold"),
        }),
      )
      .describe('What a linear probe says, where one was given'),
  ),
};

/** Checks what `cxr analyze` writes; `docs/analysis-schema.json` is made from it. */
export const analysisSchema: z.ZodType<Analysis> = base.extend({
  ...reportFields,
  ...classificationFields,
});

/** Checks what `cxr detect` prints. */
export const detectionResultSchema: z.ZodType<DetectionResult> = base.extend({
  regions: z.array(locatedRegion).length(ANATOMICAL_REGIONS.length),
});

/** Checks what `cxr report` prints. */
export const reportResultSchema: z.ZodType<ReportResult> = base.extend(reportFields);

/** Checks what `cxr classify` prints. */
export const classificationResultSchema: z.ZodType<ClassificationResult> =
  base.extend(classificationFields);

/** @returns The JSON Schema (draft 2020-12) of {@link analysisSchema}, as `docs/analysis-schema.json` holds it. */
export function analysisJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(analysisSchema);
  return {
    $schema: schema.$schema,
    title: 'What cxr analyze says of one chest X-ray',
    description: `Version ${SCHEMA_VERSION}. cxr detect, report and classify print the same object without the fields of other stages. Not a medical device.`,
    ...schema,
  };
}
