export { type ClipBatchData, openClipBatches } from './batch-data.js';
export { type ContrastiveText, composeText } from './contrastive-text.js';
export { FINDING_SYNONYMS, type Statement, wordStatement } from './phrases.js';
export {
  openSupervisedBatches,
  type SupervisedBatchData,
} from './supervised-batch-data.js';
export {
  SMALL_SET_LOSS,
  type TrainClipOptions,
  trainClipClassifier,
} from './train-clip-classifier.js';
export {
  type ProbeExample,
  type TrainProbeOptions,
  trainLinearProbe,
} from './train-linear-probe.js';
export {
  type TrainSupervisedOptions,
  trainSupervisedClassifier,
} from './train-supervised-classifier.js';
export {
  type LossWeights,
  R_CLIP_LOSS,
  type TrainingShapes,
  trainingGraph,
} from './training-graph.js';
export { type AugmentOptions, DEFAULT_AUGMENTATION } from './views.js';
