export { auroc } from './classification/auroc.js';
export {
  type Confusion,
  mergeConfusions,
  type PrecisionRecall,
  precisionRecall,
} from './classification/f1.js';
export { type RegionBoxes, regionIou } from './detection/region-iou.js';
export {
  type BootstrapEstimate,
  type BootstrapOptions,
  bootstrap,
} from './resampling/bootstrap.js';
