import type { PosteriorPoint } from '../cache/latents.js';
import type { DrawingRules } from '../shared/part-training.js';
import type { PublishedPace, UpdateRules } from '../shared/step-options.js';

/** Which picture a training example is shown as reference. */
type TrainingReference =
  /** Any other picture of the train split with the same labels. */
  | 'random'
  /** The first with the same labels, be it the picture itself: the published table. */
  | 'table'
  | 'none';

/** What of a denoiser's training is not size or pace. */
export interface VisionRules extends UpdateRules, DrawingRules {
  /** Chance that a prompt is empty, so that guidance has a branch to start from (Ho & Salimans 2022). */
  readonly textDropout: number;
  /** Chance that a reference is missing; apart from the prompt's. */
  readonly imageDropout: number;
  /** Chance that both are missing, beside those above: what guidance starts from, which would else be rare. */
  readonly jointDropout: number;
  readonly reference: TrainingReference;
  /** `some` leaves negative findings out by chance, so that short prompts are known, too. */
  readonly negatives: 'all' | 'some';
  readonly posterior: PosteriorPoint;
  /** Limit of the signal-to-noise ratio in the weight of a timestep (min-SNR, Hang et al. 2023); null: all weigh 1. */
  readonly minSnr: number | null;
}

/** Our rules: what the published training lacks. */
export const VISION_RULES: VisionRules = {
  shuffle: true,
  repeatBelow: null,
  textDropout: 0.1,
  imageDropout: 0.15,
  jointDropout: 0.1,
  reference: 'random',
  negatives: 'some',
  posterior: 'mean',
  minSnr: 5,
  ema: 0.999,
  clipNorm: 1,
  weightDecay: 0.01,
  decay: 'matrices',
  schedule: 'warm-cosine',
};

/**
 * As CXR-IRGen's code trains (cxr-irgen.md 2.3, 2.6), at {@link FAITHFUL_VISION_PACE}; in the network `nullReference` is
 * then `zeros`, and there is no `conditionScale`.
 */
export const FAITHFUL_VISION: VisionRules = {
  shuffle: false,
  repeatBelow: null,
  textDropout: 0,
  imageDropout: 0,
  jointDropout: 0,
  reference: 'table',
  negatives: 'all',
  posterior: 'sample',
  minSnr: null,
  ema: null,
  clipNorm: null,
  weightDecay: 0.01,
  decay: 'all',
  schedule: 'constant',
};

/** Pace of {@link FAITHFUL_VISION}. */
export const FAITHFUL_VISION_PACE: PublishedPace = { batchSize: 32, learningRate: 5e-5 };
