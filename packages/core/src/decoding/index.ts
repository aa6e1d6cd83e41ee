export { type BeamSearchOptions, beamSearch, streamBeamSearch } from './beam-search.js';
export type { DecoderStepOptions, DecoderStepper } from './decoder-stepper.js';
export type {
  GeneratedSequence,
  GenerationEvent,
  GenerationListeners,
  GenerationOptions,
  GenerationStream,
  SequenceEndEvent,
  TokenEvent,
} from './generation.js';
export { greedy, streamGreedy } from './greedy.js';
export { type LikeliestTokens, likeliestTokens } from './likeliest-tokens.js';
export { type SamplingOptions, sample, streamSample } from './sample.js';
export { type DecoderLayout, type DecoderSessions, SessionStepper } from './session-stepper.js';
