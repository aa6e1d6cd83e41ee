import type { BartConfig, VaeConfig } from '../network/index.js';
import type {
  EncodersArchitecture,
  PriorArchitecture,
  VisionArchitecture,
} from './architectures.js';
import type { Part } from './open-part.js';

/** What writes reports. */
export interface ReportParts {
  readonly language: Part<BartConfig>;
  readonly prior: Part<PriorArchitecture>;
}

/** The opened model folders of a set and of its encoders, which belong together. */
export interface PartSet {
  readonly encoders: Part<EncodersArchitecture>;
  readonly vae: Part<VaeConfig>;
  readonly vision: Part<VisionArchitecture>;
  /** Absent where only images are made. */
  readonly reports: ReportParts | undefined;
}
