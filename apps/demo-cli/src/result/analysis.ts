import type { AnatomicalRegion, Box, ResultWarning } from '@cxrkit/core';

/** Version of the shape of {@link Analysis}; raised when a field changes its meaning or goes away. */
export const SCHEMA_VERSION = 1;

/** The stages of the pipeline, by the names of their packages, folders and `stage` fields. */
export const STAGES = ['detector', 'report-gen', 'clip-classifier'] as const;

export type Stage = (typeof STAGES)[number];

/** Kinds of model folders that are no step of the pipeline: a baseline, and the parts of CXR-IRGen. */
const OTHER_STAGES = [
  'supervised-classifier',
  'irgen-encoders',
  'irgen-vae',
  'irgen-vision',
  'irgen-language',
  'irgen-prior',
] as const;

/** Every kind of model folder: the stages, and what stands beside the pipeline. */
export type ModelStage = Stage | (typeof OTHER_STAGES)[number];

export const MODEL_STAGES: readonly ModelStage[] = [...STAGES, ...OTHER_STAGES];

/** Which weights of one stage made a result. */
export interface StageModel {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the `model.json`, which holds the hashes of all graphs. */
  readonly sha256: string;
}

/** What computed a result. */
export interface ModelInfo extends Readonly<Partial<Record<Stage, StageModel>>> {
  readonly device: 'cpu' | 'cuda' | 'webgpu';
}

/** Wall time of each step that ran, in milliseconds; classification runs beside the report, so that the parts may add up to more than the total. */
export interface Timings {
  readonly decodeMs: number;
  readonly detectMs?: number | undefined;
  readonly reportMs?: number | undefined;
  readonly classifyMs?: number | undefined;
  readonly totalMs: number;
}

/** What every result says, whatever stages ran. */
export interface ResultBase {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly image: {
    /** As given by the caller; `null` for bytes. */
    readonly path: string | null;
    readonly width: number;
    readonly height: number;
  };
  readonly warnings: readonly ResultWarning[];
  readonly model: ModelInfo;
  readonly timings: Timings;
  readonly notAMedicalDevice: true;
}

/** Where one region lies. */
export interface LocatedRegion {
  readonly name: AnatomicalRegion;
  readonly detected: boolean;
  /** In [0, 1]; 0 when not detected. */
  readonly score: number;
  /** In pixels of the source image; `null` when not detected. */
  readonly box: Box | null;
}

/** Where one region lies and what the report says of it. */
export interface DescribedRegion extends LocatedRegion {
  /** Whether a sentence was asked for: by the classifier, or by the caller. */
  readonly selected: boolean;
  /** `null` when not detected. */
  readonly selectionLogit: number | null;
  /** Uncalibrated; `null` when not detected. */
  readonly abnormalityLogit: number | null;
  readonly sentence: string | null;
  /** Log-probability per token of the best beam. */
  readonly beamScore: number | null;
}

/** A sentence of the report. */
export interface SaidSentence {
  readonly text: string;
  /** Who said it, in these words or in those of a removed duplicate. */
  readonly regions: readonly string[];
}

/** A sentence that is not in the report because another one says the same. */
interface RemovedDuplicate {
  readonly region: string;
  readonly sentence: string;
  readonly duplicateOf: string;
  readonly rule: 'exact' | 'soft';
  /** F1 of the two sentences, in [0, 1]. */
  readonly similarity: number;
}

/** A sentence that is not in the report because another one states what it denies. */
interface RemovedDenial {
  readonly region: string;
  readonly sentence: string;
  readonly contradictedBy: string;
  readonly rule: 'contradiction';
  readonly finding: string;
}

/** A sentence that a region said and the report does not. */
export type RemovedSentence = RemovedDuplicate | RemovedDenial;

/** One label of the zero-shot classification. */
export interface ClassifiedLabel {
  readonly label: string;
  /** Softmax over the two prompts, in [0, 1]; uncalibrated. */
  readonly probability: number;
  /** Cosines of the image with the prompts for and against, in [-1, 1]. */
  readonly cosPositive: number;
  readonly cosNegative: number;
  /** The sentences compared with; the vectors of each list are averaged. */
  readonly prompts: { readonly positive: readonly string[]; readonly negative: readonly string[] };
}

/** One label of a linear probe. */
export interface ProbedLabel {
  readonly label: string;
  readonly logit: number;
  /** In [0, 1]. */
  readonly probability: number;
  /** Whether the probability reaches the probe's threshold. */
  readonly present: boolean;
}

/** What `cxr detect` gives. */
export interface DetectionResult extends ResultBase {
  readonly regions: readonly LocatedRegion[];
}

/** What `cxr report` gives. */
export interface ReportResult extends ResultBase {
  /** All 29 regions in the order of `ANATOMICAL_REGIONS`. */
  readonly regions: readonly DescribedRegion[];
  /** Empty when nothing is worth a sentence. */
  readonly report: string;
  /** The report, sentence by sentence. */
  readonly sentences: readonly SaidSentence[];
  readonly removed: readonly RemovedSentence[];
  /** The measure that found soft duplicates. */
  readonly similarity: string;
}

/** What `cxr classify` gives. */
export interface ClassificationResult extends ResultBase {
  readonly classification: readonly ClassifiedLabel[];
  /** What the cosines were multiplied by before the softmax; `null` for none. */
  readonly temperature: number | null;
  /** What a linear probe says, where one was given. */
  readonly probe?: readonly ProbedLabel[];
}

/** What the whole pipeline says of one picture: what `cxr analyze` gives. */
export interface Analysis extends ReportResult, ClassificationResult {}
