export { boxIobb } from './box-iobb.js';
export type {
  CocoAnnotation,
  CocoBox,
  CocoCategory,
  CocoData,
  CocoDetection,
  CocoId,
  CocoImage,
} from './coco/coco-data.js';
export {
  type CocoCategoryScores,
  type CocoCurve,
  type CocoResult,
  cocoEval,
  cocoMatches,
  cocoResult,
} from './coco/coco-eval.js';
export type { CocoOptions } from './coco/coco-options.js';
export { type CocoSelection, cocoResampled } from './coco/coco-value.js';
export { type Froc, type FrocOptions, froc } from './coco/froc.js';
export type { CocoMatches } from './coco/match-images.js';
export { mergeCocoMatches } from './coco/merge-coco-matches.js';
export { type RegionBoxes, regionIou } from './region-iou.js';
export {
  type RegionComparison,
  type RegionMetricOptions,
  type RegionPrediction,
  type RegionScores,
  regionDetected,
  regionIouMean,
  regionIouRgrg,
  regionScores,
} from './region-metrics.js';
