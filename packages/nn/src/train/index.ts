export { gradients } from './autodiff.js';
export { BatchError } from './batch-error.js';
export { BatchSampler } from './batch-sampler.js';
export { type BatchSource, type WorkerBatchesOptions, workerBatches } from './batches.js';
export { Curve, type CurvePoint } from './curve.js';
export { curveSvg } from './curve-svg.js';
export { initializeWeights } from './initialize.js';
export {
  binaryAccuracy,
  binaryCrossEntropy,
  contrastive,
  crossEntropy,
  smoothL1,
  weightedMean,
} from './losses.js';
export { type AdamWOptions, adamW } from './optimizers/adamw.js';
export type { Optimizer, UpdateInputs } from './optimizers/optimizer.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export {
  type CosineOptions,
  constantSchedule,
  cosineSchedule,
  type PlateauOptions,
  type PlateauScheduleOptions,
  plateauLearningRate,
  plateauSchedule,
  type Schedule,
  warmCosineSchedule,
} from './schedule.js';
export { serveBatches } from './serve-batches.js';
export { type TrainingResult, type TrainOptions, train } from './train.js';
export { type TrainerOptions, trainerOptions } from './trainer-options.js';
export type { TrainingContext } from './training-run.js';
export {
  buildTrainingStep,
  emaSlot,
  type LossTerm,
  type StepGraph,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.js';
