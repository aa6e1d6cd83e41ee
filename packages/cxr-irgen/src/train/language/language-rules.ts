import type { PublishedPace, UpdateRules } from '../shared/step-options.js';

/** What of the language module's training is not size or pace. */
export interface LanguageRules extends UpdateRules {
  /** Draws texts at random; else in their order, each epoch the same. */
  readonly shuffle: boolean;
  /** Whether padding counts for nothing; else it is learned like any token. */
  readonly maskPadding: boolean;
  /**
   * Share of embeddings, attention weights, activations and sublayers' outputs that is dropped while training, in [0, 1).
   * The masks are drawn on the main thread, a byte a number: at the published sizes half a gigabyte a batch.
   */
  readonly dropout: number;
}

/** Our rules: what the published training lacks. */
export const LANGUAGE_RULES: LanguageRules = {
  shuffle: true,
  maskPadding: true,
  dropout: 0,
  ema: 0.998,
  clipNorm: 1,
  weightDecay: 0.01,
  decay: 'matrices',
  schedule: 'warm-cosine',
};

/**
 * As CXR-IRGen's code trains (cxr-irgen.md 3), at {@link FAITHFUL_LANGUAGE_PACE}, with texts as long as the config's
 * `maxLength` (512).
 */
export const FAITHFUL_LANGUAGE: LanguageRules = {
  shuffle: false,
  maskPadding: false,
  dropout: 0.1,
  ema: null,
  clipNorm: null,
  weightDecay: 0.01,
  decay: 'all',
  schedule: 'constant',
};

/** Pace of {@link FAITHFUL_LANGUAGE}. */
export const FAITHFUL_LANGUAGE_PACE: PublishedPace = { batchSize: 8, learningRate: 5e-5 };
