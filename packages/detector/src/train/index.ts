export {
  type DetectorAugmentation,
  openDetectorBatches,
  RGRG_AUGMENTATION,
  SMALL_SET_AUGMENTATION,
} from './batch-data.js';
export {
  completeRegions,
  type RegionBoxMap,
  type RegionTemplates,
  regionTemplates,
} from './region-templates.js';
export {
  MASK_REGIONS,
  PICTURE_REGIONS,
  UNDERIVED_REGIONS,
} from './regions-from-masks/derivable-regions.js';
export type { LungMask } from './regions-from-masks/lung-mask.js';
export { readLungMask } from './regions-from-masks/read-lung-mask.js';
export {
  type RegionsFromLungMaskOptions,
  regionsFromLungMask,
} from './regions-from-masks/regions-from-lung-mask.js';
export { type TrainDetectorOptions, trainDetector } from './train-detector.js';
export { type DetectorShapes, trainingGraph } from './training-graph.js';
