import type { TaskOptions } from '@cxrkit/core';
import type { GeneratedPair, PairMaking } from '../pairs/pair-options.js';
import type { ImageMaking, ImageSubject } from '../vision/image-options.js';
import type { DatasetImageFormat } from './image-format.js';
import type { ManifestEntry } from './manifest-entry.js';

/** What some pairs of a data set shall show. */
export interface SynthesisRow extends ImageSubject {
  /** Pairs to make. @defaultValue 1 */
  readonly count?: number | undefined;
}

/** Options of `synthesizeDataset`; progress counts steps of all images. */
export interface SynthesizeDatasetOptions extends ImageMaking, PairMaking, TaskOptions {
  readonly rows: readonly SynthesisRow[];
  /** Folder to write; one of an earlier, unfinished call with the same options is continued. */
  readonly out: string;
  /** Of the first pair, from 0 to 2^32 - 1; pair k of the whole set has `seed` + k. @defaultValue 0 */
  readonly seed?: number | undefined;
  /** Split that the tables name. @defaultValue 'train' */
  readonly split?: 'train' | 'val' | 'test' | undefined;
  /** @defaultValue 'png' */
  readonly format?: DatasetImageFormat | undefined;
  /** Called for each pair after it was written. */
  readonly onPair?: ((entry: ManifestEntry, pair: GeneratedPair) => void) | undefined;
}

/** What a folder holds in the end. */
export interface SynthesisSummary {
  readonly out: string;
  /** Pairs asked for. */
  readonly total: number;
  /** Pairs in the folder. */
  readonly kept: number;
  /** Pairs that agreed too little and were left out. */
  readonly rejected: number;
  /** Of both, those that an earlier call had made. */
  readonly resumed: number;
}
