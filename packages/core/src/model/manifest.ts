import type { TensorType } from '../tensor.js';

/** The only `formatVersion` this package reads and writes. */
export const MODEL_FORMAT_VERSION = 1;

/** Name of the manifest inside a model folder. */
export const MANIFEST_FILE = 'model.json';

/** Name of the model card inside a model folder. */
export const CARD_FILE = 'README.md';

/** One input or output of a graph. */
export interface TensorSignature {
  readonly name: string;
  readonly type: TensorType;
  /** A number for a fixed dimension, a name such as `B` for a free one. */
  readonly dims: readonly (number | string)[];
}

/** One file of a model folder and what its content must be. */
export interface FileEntry {
  /** Path relative to the folder, with `/`, never above it. */
  readonly file: string;
  /** SHA-256 of the content, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** One ONNX graph of a model folder. */
export interface GraphEntry extends FileEntry {
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  /** Weights stored outside the graph, as graphs above 2 GB need. */
  readonly externalData?: readonly FileEntry[] | undefined;
}

/** A data set the weights learned from, with what its licence asks to be said. */
export interface DataLicence {
  readonly name: string;
  readonly licence: string;
  readonly attribution: string;
  readonly url: string;
}

/** How the weights came to be. */
export interface Provenance {
  /** The command that was really run. */
  readonly command: string;
  /** Commit of this repository, or of the original one for converted weights. */
  readonly commit?: string | undefined;
  /** ISO 8601 date or date and time. */
  readonly date: string;
  readonly seed?: number | undefined;
  readonly trainingData: readonly string[];
  readonly wallTimeSeconds?: number | undefined;
  /** Weights the training started from. */
  readonly baseCheckpoint?: string | undefined;
}

/** One measured number. */
export interface ModelScore {
  readonly metric: string;
  readonly value: number;
  /** 95 % confidence interval, in the unit of `value`. */
  readonly ci95?: readonly [low: number, high: number] | undefined;
  /** Number of cases measured. */
  readonly n: number;
  readonly split: string;
  readonly dataset: string;
  /** The command that measured it. */
  readonly command: string;
}

/** Free words for the model card. */
export interface CardText {
  readonly summary: string;
  /** What the model cannot do, a sentence each. */
  readonly limits: readonly string[];
}

/** Content of `model.json`: everything there is to know of a model without opening a graph. */
export interface ModelManifest {
  readonly formatVersion: typeof MODEL_FORMAT_VERSION;
  readonly name: string;
  readonly version: string;
  /** Kebab-case name of the stage that loads it, such as `detector` or `clip-classifier`. */
  readonly stage: string;
  /** The config as data; each stage checks its own with its own schema. */
  readonly architecture: Readonly<Record<string, unknown>>;
  readonly graphs: Readonly<Record<string, GraphEntry>>;
  /** Other files by role: tokenizer, text vectors, vocabularies. */
  readonly files?: Readonly<Record<string, FileEntry>> | undefined;
  readonly preprocessing: Readonly<Record<string, unknown>>;
  readonly labels?: readonly string[] | undefined;
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
  /** Key of `files`. */
  readonly tokenizer?: string | undefined;
  readonly licence: { readonly weights: string; readonly data: readonly DataLicence[] };
  readonly provenance: Provenance;
  readonly scores: readonly ModelScore[];
  readonly card?: CardText | undefined;
  readonly intendedUse: string;
  readonly notAMedicalDevice: true;
}

/** @returns Every file the manifest names: graphs, their external data, other files. */
export function manifestFiles(manifest: ModelManifest): FileEntry[] {
  return [
    ...Object.values(manifest.graphs).flatMap((graph) => [graph, ...(graph.externalData ?? [])]),
    ...Object.values(manifest.files ?? {}),
  ];
}
