import type { ChexpertFinding, ResultWarning } from '@cxrkit/core';
import { z } from 'zod';
import type { Agreement } from '../pairs/agreement.js';
import { type FindingStates, PROMPT_FINDINGS } from '../prompt/index.js';
import { IMAGE_NAME } from './image-format.js';

/** Labels as MIMIC-CXR-JPG writes them: 1 positive, 0 negative, -1 uncertain; what is not listed is blank. */
export type FindingCodes = Readonly<Partial<Record<ChexpertFinding, 1 | 0 | -1>>>;

/** A line of `manifest.jsonl`. */
export interface ManifestEntry {
  /** Path from the folder, such as `images/0007.png`. */
  readonly image: string;
  readonly report: string | null;
  /** What was asked; `null` for a free prompt. */
  readonly findings: FindingCodes | null;
  readonly prompt: string;
  /** Id of the reference picture. */
  readonly reference: string | null;
  readonly seed: number;
  readonly agreement: Agreement | null;
  /** Name and version of the denoiser; `synthesis.json` lists all parts with their hashes. */
  readonly model: string;
  /** What to know of the pair; left out where there is nothing. */
  readonly warnings?: readonly ResultWarning[];
}

/** Checks what resuming needs of a {@link ManifestEntry}; other fields are kept as they are. */
export const manifestEntrySchema: z.ZodType<ManifestEntry> = z.looseObject({
  image: z.string().regex(IMAGE_NAME),
  report: z.string().nullable(),
  findings: z.record(z.string(), z.literal([1, 0, -1])).nullable(),
  prompt: z.string(),
  reference: z.string().nullable(),
  seed: z.int().nonnegative(),
  agreement: z.looseObject({ score: z.number().nullable() }).nullable(),
  model: z.string(),
}) as unknown as z.ZodType<ManifestEntry>;

const CODES = { positive: 1, negative: 0, uncertain: -1 } as const;

/** @returns The codes of what is mentioned, in the order of the prompt. */
export function findingCodes(states: FindingStates): FindingCodes {
  return Object.fromEntries(
    PROMPT_FINDINGS.flatMap((finding) => {
      const state = states[finding] ?? 'unmentioned';
      return state === 'unmentioned' ? [] : [[finding, CODES[state]]];
    }),
  );
}
