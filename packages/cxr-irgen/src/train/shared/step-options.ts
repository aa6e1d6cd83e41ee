import {
  adamW,
  constantSchedule,
  type Schedule,
  type TrainingStepOptions,
  warmCosineSchedule,
} from '@cxrkit/nn/train';

/** Rules that trainings of every part have. */
export interface UpdateRules {
  /** Decay of the average of the weights; null: none. */
  readonly ema: number | null;
  /** Limit of the gradients' norm; null: none. */
  readonly clipNorm: number | null;
  readonly weightDecay: number;
  /** Weights that decay: matrices and kernels, or `all`, biases and normalisations too, as torch's AdamW has it. */
  readonly decay: 'all' | 'matrices';
  readonly schedule: 'warm-cosine' | 'constant';
}

/** Sizes of a published training's batches and steps. */
export interface PublishedPace {
  readonly batchSize: number;
  readonly learningRate: number;
}

/** @returns AdamW (0.9, 0.999, 1e-8) with the rules' decay, average and clipping. */
export function stepOptions({
  ema,
  clipNorm,
  weightDecay,
  decay,
}: UpdateRules): TrainingStepOptions {
  return {
    optimizer: adamW({ weightDecay }),
    ...(decay === 'all' && { decay: () => true }),
    ...(ema !== null && { ema }),
    ...(clipNorm !== null && { clipNorm }),
  };
}

/** @returns The learning rate over a run. */
export function scheduleOf(
  { schedule }: UpdateRules,
  learningRate: number,
  updates: number,
): Schedule {
  if (schedule === 'constant') return constantSchedule(learningRate);
  return warmCosineSchedule(learningRate, updates);
}
