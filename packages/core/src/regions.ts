import type { Box } from './box.js';

/** The 29 anatomical regions of Chest ImaGenome in the index order of RGRG (`src/dataset/constants.py`); a detector's class is index + 1. */
export const ANATOMICAL_REGIONS = [
  'right lung',
  'right upper lung zone',
  'right mid lung zone',
  'right lower lung zone',
  'right hilar structures',
  'right apical zone',
  'right costophrenic angle',
  'right hemidiaphragm',
  'left lung',
  'left upper lung zone',
  'left mid lung zone',
  'left lower lung zone',
  'left hilar structures',
  'left apical zone',
  'left costophrenic angle',
  'left hemidiaphragm',
  'trachea',
  'spine',
  'right clavicle',
  'left clavicle',
  'aortic arch',
  'mediastinum',
  'upper mediastinum',
  'svc',
  'cardiac silhouette',
  'cavoatrial junction',
  'right atrium',
  'carina',
  'abdomen',
] as const;

export type AnatomicalRegion = (typeof ANATOMICAL_REGIONS)[number];

/** One region a detector speaks of: the hand-over from detection to report generation. "Right" is the patient's right. */
export interface DetectedRegion {
  readonly name: AnatomicalRegion;
  /** False when no proposal had this region as its best class; then `score` is 0 and `box` is null. */
  readonly detected: boolean;
  /** Class probability in [0, 1]. */
  readonly score: number;
  readonly box: Box | null;
  /** `[D]` visual features of the region; all zero when not detected. */
  readonly features: Float32Array;
}
