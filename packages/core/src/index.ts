export { type Box, boxArea, boxIou } from './box.js';
export {
  CheckpointError,
  CxrError,
  type CxrErrorCode,
  type CxrErrorOptions,
  DeviceError,
  DisposedError,
  DownloadError,
  ImageDecodeError,
  InvalidInputError,
  ModelLoadError,
  ModelOutputError,
} from './errors.js';
export {
  CHESTXRAY14_LABELS,
  CHEXPERT_FINDINGS,
  type ChestXray14Label,
  type ChexpertFinding,
} from './findings.js';
export { type Difference, firstDifference } from './first-difference.js';
export type { LabelledImage } from './labelled-image.js';
export { sigmoid, softmax } from './math.js';
export type { ProgressEvent, ProgressListener, TaskOptions } from './progress.js';
export { createRandom, type Random } from './random.js';
export type { RegionDetection, RegionDetector, ResultWarning } from './region-detector.js';
export { ANATOMICAL_REGIONS, type AnatomicalRegion, type DetectedRegion } from './regions.js';
export {
  elementCount,
  float32,
  int64,
  type Tensor,
  type TensorDataByType,
  type Tensors,
  type TensorType,
} from './tensor.js';
