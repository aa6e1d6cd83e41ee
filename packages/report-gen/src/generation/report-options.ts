import {
  ANATOMICAL_REGIONS,
  type AnatomicalRegion,
  type Box,
  InvalidInputError,
  type TaskOptions,
} from '@cxrkit/core';
import type { AssemblyOptions } from '../assembly/assemble-report.js';
import type { SentenceSimilarity } from '../assembly/sentence-similarity.js';

/** A box drawn by a person. */
export interface DrawnBox {
  /** A name of its own, none of an anatomical region. @defaultValue `box 1`, `box 2` ... */
  readonly name?: string | undefined;
  /** In pixels of the source image. */
  readonly box: Box;
}

/** How tokens are chosen. */
export interface DecodingOptions {
  /** @defaultValue 'beam' */
  readonly decoding?: 'beam' | 'greedy' | 'sample' | undefined;
  /** Width of the beam search. @defaultValue the model's, 4 in RGRG */
  readonly beams?: number | undefined;
  /** For `sample`: divides the logits. @defaultValue 1 */
  readonly temperature?: number | undefined;
  /** For `sample`: keeps the likeliest tokens up to this probability, in (0, 1]. @defaultValue 1 */
  readonly topP?: number | undefined;
  /** For `sample`; each region has a stream of its own. @defaultValue 0 */
  readonly seed?: number | undefined;
  /** Longest text of a region in tokens, BOS counted; not above the model's. @defaultValue the model's, 300 in RGRG */
  readonly maxLength?: number | undefined;
}

/** Options of {@link ReportGenerator.generateReport}; progress counts regions. */
export interface GenerateReportOptions extends DecodingOptions, TaskOptions {
  /** Regions to write about, instead of those that the classifier selects. */
  readonly regions?: readonly AnatomicalRegion[] | undefined;
  /** Further places to write about; they need a picture and a detector. */
  readonly boxes?: readonly DrawnBox[] | undefined;
  /** Finds sentences that say the same. @defaultValue what the generator was loaded with */
  readonly similarity?: SentenceSimilarity | undefined;
  /** What becomes of denials of what another sentence states; RGRG keeps them. @defaultValue 'remove' */
  readonly contradictions?: AssemblyOptions['contradictions'];
}

/** @throws {@link InvalidInputError} for a region name we do not know, a box without area, or a name used twice. */
export function checkReportOptions({ regions = [], boxes = [] }: GenerateReportOptions): void {
  for (const name of regions)
    if (!ANATOMICAL_REGIONS.includes(name))
      throw new InvalidInputError(
        'regions',
        'names of anatomical regions',
        name,
        `They are: ${ANATOMICAL_REGIONS.join(', ')}.`,
      );
  for (const { box } of boxes)
    if (!box.every(Number.isFinite) || box[2] <= box[0] || box[3] <= box[1])
      throw new InvalidInputError('boxes', '[x0, y0, x1, y1] with x0 < x1 and y0 < y1', box);
  const names = [...ANATOMICAL_REGIONS, ...boxNames(boxes)];
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new InvalidInputError('boxes', 'names of their own, no anatomical regions', twice);
}

/** @returns The name of each box. */
export function boxNames(boxes: readonly DrawnBox[]): string[] {
  return boxes.map(({ name }, i) => name ?? `box ${i + 1}`);
}
