import type { AnatomicalRegion, Box, ResultWarning } from '@cxrkit/core';
import type { RemovedReportSentence, ReportSentence } from '../assembly/assemble-report.js';
import type { SentenceSimilarity } from '../assembly/sentence-similarity.js';

/** What was written about one place. */
export interface WrittenText {
  /** Text, which may hold several sentences; `null` when nothing was to be written. */
  readonly sentence: string | null;
  /** Log-probability per token of the best beam; the whole log-probability in greedy decoding and sampling. */
  readonly beamScore: number | null;
}

/** One anatomical region in a report. */
export interface RegionReport extends WrittenText {
  readonly name: AnatomicalRegion;
  readonly detected: boolean;
  /** Of the detector, in [0, 1]; 0 when not detected. */
  readonly score: number;
  /** In pixels of the source image. */
  readonly box: Box | null;
  /** Whether a text was asked for: by the classifier, or by the caller. */
  readonly selected: boolean;
  /** `null` when not detected. */
  readonly selectionLogit: number | null;
  /** Uncalibrated; `null` when not detected. */
  readonly abnormalityLogit: number | null;
}

/** A box drawn by a person, in a report. */
export interface BoxReport extends WrittenText {
  readonly name: string;
  readonly box: Box;
  readonly selectionLogit: number;
  readonly abnormalityLogit: number;
}

/** A report and everything it was made of. */
export interface GeneratedReport {
  /** Empty when no region was selected. */
  readonly report: string;
  /** All 29 regions in the order of `ANATOMICAL_REGIONS`. */
  readonly regions: readonly RegionReport[];
  /** The boxes of the caller, in order. */
  readonly boxes: readonly BoxReport[];
  /** Sentences of the report with the regions and boxes that said them. */
  readonly sentences: readonly ReportSentence<string>[];
  /** Sentences left out because another one says the same, or states what they deny. */
  readonly removed: readonly RemovedReportSentence<string>[];
  /** The measure that found soft duplicates. */
  readonly similarity: SentenceSimilarity['name'];
  readonly warnings: readonly ResultWarning[];
}

/** Regions and boxes are known, nothing is written yet: every `sentence` is null. */
export interface RegionsSelectedEvent {
  readonly type: 'regions-selected';
  readonly regions: readonly RegionReport[];
  readonly boxes: readonly BoxReport[];
}

/** A text grew by a token. In beam search earlier words may change, as the leading beam does; the last one gives the sentence. */
export interface TextDeltaEvent {
  readonly type: 'text-delta';
  /** Name of the region or box. */
  readonly region: string;
  /** Characters at the start of the text so far that stay. */
  readonly keep: number;
  /** What comes after them. */
  readonly delta: string;
  /** The whole text so far. */
  readonly text: string;
}

/** A text is complete. */
export interface SentenceEndEvent {
  readonly type: 'sentence-end';
  readonly region: string;
  readonly sentence: string;
  readonly beamScore: number;
  /** False when cut at the longest length. */
  readonly finished: boolean;
}

/** Everything is written. */
export interface ReportEndEvent {
  readonly type: 'report-end';
  readonly result: GeneratedReport;
}

export type ReportEvent = RegionsSelectedEvent | TextDeltaEvent | SentenceEndEvent | ReportEndEvent;
