import type { UpdateRules } from '../shared/step-options.js';

/** What of the language module's training is not size or pace. */
export interface LanguageRules extends UpdateRules {
  /** Draws texts at random; else in their order, each epoch the same. */
  readonly shuffle: boolean;
  /** Whether padding counts for nothing; else it is learned like any token. */
  readonly maskPadding: boolean;
}

/** Our rules: what the published training lacks. */
export const LANGUAGE_RULES: LanguageRules = {
  shuffle: true,
  maskPadding: true,
  ema: 0.998,
  clipNorm: 1,
  weightDecay: 0.01,
  schedule: 'warm-cosine',
};

/** As CXR-IRGen's code trains (cxr-irgen.md 3), with batches of 8, a learning rate of 5e-5 and texts of 512 tokens. */
export const FAITHFUL_LANGUAGE: LanguageRules = {
  shuffle: false,
  maskPadding: false,
  ema: null,
  clipNorm: null,
  weightDecay: 0.01,
  schedule: 'constant',
};
