import type { Box } from './box.js';
import type { AnatomicalRegion } from './regions.js';

/** One picture of a training or evaluation set with what is known of it. */
export interface LabelledImage {
  /** Path of the picture. */
  readonly image: string;
  readonly split: 'train' | 'val' | 'test';
  /** Keeps one patient's pictures in one split. */
  readonly patient: string;
  /** Name of the data set; batches are drawn from one set at a time so that a model cannot learn to tell sets apart. */
  readonly source: string;
  /** 1 = present, 0 = absent; a finding that is not listed is unknown. */
  readonly findings: Readonly<Record<string, 0 | 1>>;
  /** What a radiologist, or a model, wrote of it. */
  readonly report?: string;
  /** Boxes as fractions of width and height. */
  readonly boxes01?: Readonly<Partial<Record<AnatomicalRegion, Box>>>;
  /** Width over height of the scene, where the file was squashed to another shape. */
  readonly aspect?: number;
}
