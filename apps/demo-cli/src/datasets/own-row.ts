import { join } from 'node:path';
import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import { z } from 'zod';
import type { TrainingImage } from './training-image.js';

const fraction = z.number().min(0).max(1);
const box01 = z
  .tuple([fraction, fraction, fraction, fraction])
  .refine(([x0, y0, x1, y1]) => x0 < x1 && y0 < y1, { error: 'must have x0 < x1 and y0 < y1' });

/** A line of our own format, see docs/cli.md: a `LabelledImage` with paths relative to the manifest. */
const rowSchema = z.strictObject({
  image: z.string().min(1),
  split: z.enum(['train', 'val', 'test']),
  patient: z.string().min(1),
  source: z.string().min(1),
  report: z.string().trim().min(1).optional(),
  findings: z.record(z.string(), z.union([z.literal(0), z.literal(1)])),
  boxes01: z.partialRecord(z.enum(ANATOMICAL_REGIONS), box01).optional(),
  aspect: z.number().positive().optional(),
  lungMask: z.string().min(1).optional(),
  diseaseBoxes: z.array(z.strictObject({ finding: z.string().min(1), box01 })).optional(),
});

/**
 * Reads a line.
 *
 * @throws `ZodError` if it has another shape.
 */
export function readOwnRow(value: unknown, folder: string): TrainingImage {
  const row = rowSchema.parse(value);
  const { report, boxes01, aspect, lungMask, diseaseBoxes, ...rest } = row;
  return {
    ...rest,
    image: join(folder, row.image),
    ...(report !== undefined && { report }),
    ...(boxes01 && { boxes01 }),
    ...(aspect !== undefined && { aspect }),
    ...(lungMask !== undefined && { lungMask: join(folder, lungMask) }),
    ...(diseaseBoxes && { diseaseBoxes }),
  };
}
