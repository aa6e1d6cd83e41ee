import { join } from 'node:path';
import { z } from 'zod';
import type { TrainingImage } from './training-image.js';

/** A line of a manifest of Kermany et al. 2018. */
const rowSchema = z.object({
  image: z.string().min(1),
  label: z.enum(['NORMAL', 'PNEUMONIA']),
  patient: z.string(),
  split: z.enum(['train', 'val', 'test']),
  squashed: z.boolean(),
  original_width: z.number().positive().nullish(),
  original_height: z.number().positive().nullish(),
  lung_mask: z.string().nullish(),
});

/**
 * Reads a line; other findings than pneumonia are unknown, since nobody looked for them.
 *
 * @throws `ZodError` if it has another shape.
 */
export function readKermanyRow(value: unknown, folder: string): TrainingImage {
  const row = rowSchema.parse(value);
  const isNormal = row.label === 'NORMAL';
  const { original_width: width, original_height: height, lung_mask: mask } = row;
  return {
    image: join(folder, row.image),
    split: row.split,
    patient: row.patient,
    source: row.squashed ? 'kermany-squashed' : 'kermany',
    findings: { Pneumonia: isNormal ? 0 : 1, 'No Finding': isNormal ? 1 : 0 },
    ...(row.squashed && width && height && { aspect: width / height }),
    ...(mask && { lungMask: join(folder, mask) }),
  };
}
