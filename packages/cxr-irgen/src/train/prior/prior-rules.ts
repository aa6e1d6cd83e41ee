import type { PosteriorPoint } from '../cache/latents.js';
import type { DrawingRules } from '../shared/part-training.js';
import type { PublishedPace, UpdateRules } from '../shared/step-options.js';

/** What of the prior's training is not size or pace. */
export interface PriorRules extends UpdateRules, DrawingRules {
  readonly posterior: PosteriorPoint;
  /** Weight of 1 - cosine beside the mean squared error; a flow has another loss. */
  readonly cosineWeight: number;
  /** Chance that a prior which reads findings sees none, so that it reads pictures alone, too. */
  readonly findingsDropout: number;
  /**
   * Chance that a prior which reads findings is told those of another picture and learns that one's report, so that what
   * is told wins where the picture shows something else.
   */
  readonly findingsSwap: number;
}

/** Our rules: what the published training lacks. */
export const PRIOR_RULES: PriorRules = {
  shuffle: true,
  repeatBelow: null,
  posterior: 'mean',
  cosineWeight: 0.01,
  findingsDropout: 0.3,
  findingsSwap: 0.2,
  ema: 0.998,
  clipNorm: 1,
  weightDecay: 0.05,
  decay: 'matrices',
  schedule: 'warm-cosine',
};

/**
 * As CXR-IRGen's code trains (cxr-irgen.md 4), at {@link FAITHFUL_PRIOR_PACE}; in the config `outputActivation` is then
 * `tanh`, and there is neither `readsFindings` nor `flow`.
 */
export const FAITHFUL_PRIOR: PriorRules = {
  shuffle: false,
  repeatBelow: null,
  posterior: 'sample',
  cosineWeight: 0.01,
  findingsDropout: 0,
  findingsSwap: 0,
  ema: null,
  clipNorm: null,
  weightDecay: 0.01,
  decay: 'all',
  schedule: 'constant',
};

/** Pace of {@link FAITHFUL_PRIOR}. */
export const FAITHFUL_PRIOR_PACE: PublishedPace = { batchSize: 16, learningRate: 5e-5 };
