import { z } from 'zod';
import { MODEL_FORMAT_VERSION, type ModelManifest } from './manifest.js';
import { isSafeModelFile } from './safe-path.js';

const text = z.string().min(1);

const fileEntry = z.strictObject({
  file: text.refine(isSafeModelFile, {
    error:
      'must be a relative path inside the folder, without ".." and not model.json or README.md',
  }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hexadecimal digits' }),
  bytes: z.int().nonnegative(),
});

const tensorSignature = z.strictObject({
  name: text,
  type: z.enum(['float32', 'float64', 'float16', 'int64', 'int32', 'int8', 'uint8', 'bool']),
  dims: z.array(z.union([z.int().nonnegative(), text])),
});

const graphEntry = fileEntry.extend({
  inputs: z.array(tensorSignature),
  outputs: z.array(tensorSignature).min(1),
  externalData: z.array(fileEntry).optional(),
});

const licence = z.strictObject({
  weights: text,
  data: z.array(
    z.strictObject({
      name: text,
      licence: text,
      attribution: text,
      url: z.url({ protocol: /^https?$/ }),
    }),
  ),
});

const provenance = z.strictObject({
  command: text,
  commit: text.optional(),
  date: z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'must be an ISO 8601 date such as 2026-01-31',
  }),
  seed: z.int().optional(),
  trainingData: z.array(text),
  wallTimeSeconds: z.number().nonnegative().optional(),
  baseCheckpoint: text.optional(),
});

const score = z.strictObject({
  metric: text,
  value: z.number(),
  ci95: z.tuple([z.number(), z.number()]).optional(),
  n: z.int().nonnegative(),
  split: text,
  dataset: text,
  command: text,
});

/**
 * Checks `model.json`, format version 1.
 *
 * Unknown keys are refused: a misspelt optional key would otherwise be lost without a word, and additions raise
 * `formatVersion`.
 */
export const modelManifestSchema: z.ZodType<ModelManifest> = z
  .strictObject({
    formatVersion: z.literal(MODEL_FORMAT_VERSION),
    name: text,
    version: text,
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: 'must be a kebab-case name' }),
    architecture: z.record(z.string(), z.unknown()),
    graphs: z.record(text, graphEntry),
    files: z.record(text, fileEntry).optional(),
    preprocessing: z.record(z.string(), z.unknown()),
    labels: z.array(text).optional(),
    thresholds: z.record(z.string(), z.number()).optional(),
    tokenizer: text.optional(),
    licence,
    provenance,
    scores: z.array(score),
    card: z.strictObject({ summary: text, limits: z.array(text) }).optional(),
    intendedUse: text,
    notAMedicalDevice: z.literal(true),
  })
  .refine(
    ({ tokenizer, files }) => tokenizer === undefined || Object.hasOwn(files ?? {}, tokenizer),
    { path: ['tokenizer'], error: 'must be a key of "files"' },
  );
