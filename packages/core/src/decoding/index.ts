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
export { type SamplingOptions, sample, streamSample } from './sample.js';
