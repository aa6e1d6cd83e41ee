import { join } from 'node:path';
import type { Box } from '@cxrkit/core';
import { z } from 'zod';
import type { TrainingImage } from './training-image.js';

/** Names of ChestX-ray14 that we spell out. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  Effusion: 'Pleural Effusion',
  Pleural_Thickening: 'Pleural Thickening',
};

/** The labels of ChestX-ray14 in our spelling; one that a picture does not carry is absent. */
const FINDINGS = [
  ...['Atelectasis', 'Cardiomegaly', 'Pleural Effusion', 'Infiltration', 'Mass', 'Nodule'],
  ...['Pneumonia', 'Pneumothorax', 'Consolidation', 'Edema', 'Emphysema', 'Fibrosis'],
  ...['Pleural Thickening', 'Hernia', 'No Finding'],
];

const ORIGINAL_SIDE = 1024;

/** A line of a ChestX-ray14 manifest. */
const rowSchema = z.object({
  image: z.string().min(1),
  labels: z.array(z.string()),
  patient: z.string(),
  split: z.enum(['train', 'val', 'test']),
  source_size: z.number(),
  boxes: z
    .array(
      z.object({
        label: z.string(),
        xywh: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      }),
    )
    .default([]),
});

/**
 * Reads a line; the two source sizes are two sources, since a model can tell them apart by their look.
 *
 * @throws `ZodError` if it has another shape.
 */
export function readNihRow(value: unknown, folder: string): TrainingImage {
  const row = rowSchema.parse(value);
  const present = row.labels.map(spell);
  const diseaseBoxes = row.boxes.map(({ label, xywh: [x, y, width, height] }) => ({
    finding: spell(label),
    box01: [x, y, x + width, y + height].map((value) => value / ORIGINAL_SIDE) as unknown as Box,
  }));
  return {
    image: join(folder, row.image),
    split: row.split,
    patient: row.patient,
    source: row.source_size === 64 ? 'nih-64' : 'nih',
    findings: Object.fromEntries(
      FINDINGS.map((finding) => [finding, present.includes(finding) ? 1 : 0] as const),
    ),
    ...(diseaseBoxes.length > 0 && { diseaseBoxes }),
  };
}

function spell(label: string): string {
  return SPELLED_OUT[label] ?? label;
}
