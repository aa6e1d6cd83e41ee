import { type DetectedRegion, DisposedError, type RegionDetector } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { ModelManifest } from '@cxrkit/core/model';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import type { SentenceSimilarity } from './assembly/sentence-similarity.js';
import { findPlaces } from './generation/find-places.js';
import { finishReport } from './generation/finish-report.js';
import type {
  GeneratedReport,
  ReportEvent,
  SentenceEndEvent,
} from './generation/generated-report.js';
import { checkReportOptions, type GenerateReportOptions } from './generation/report-options.js';
import { selectRegions } from './generation/select-regions.js';
import { type TextWriter, writeTexts } from './generation/write-texts.js';
import type { ReportGeneratorConfig } from './network/config.js';

/** A report as it is written: yields events, returns what `generateReport` returns. */
export type ReportStream = AsyncGenerator<ReportEvent, GeneratedReport, undefined>;

/** @internal */
export interface ReportGeneratorParts extends TextWriter {
  readonly manifest: ModelManifest;
  readonly classifiers: OnnxSession;
  readonly detector: RegionDetector | undefined;
  readonly similarity: SentenceSimilarity;
  /** Whether `dispose` ends the runtime, too. */
  readonly ownsRuntime: boolean;
}

/** Writes the report of a chest X-ray, region by region; made by `loadReportGenerator`. */
export class ReportGenerator implements AsyncDisposable {
  readonly #parts: ReportGeneratorParts;
  #isDisposed = false;

  private constructor(parts: ReportGeneratorParts) {
    this.#parts = parts;
  }

  /** @internal */
  static of(parts: ReportGeneratorParts): ReportGenerator {
    return new ReportGenerator(parts);
  }

  /** What is known of the model. */
  get manifest(): ModelManifest {
    return this.#parts.manifest;
  }

  /** Sizes and settings of the model. */
  get config(): ReportGeneratorConfig {
    return this.#parts.config;
  }

  /** Where the graphs run. */
  get device(): OnnxRuntime['device'] {
    return this.#parts.sessions.runtime.device;
  }

  /**
   * Writes a report.
   *
   * @param input - A picture, which needs the detector that was given to `loadReportGenerator`; or its regions.
   * @returns The report, empty with a warning when nothing is worth a sentence.
   * @throws {@link InvalidInputError} for a picture without a detector, unknown region names, boxes without area, or
   *   features of another detector; {@link DisposedError}; the signal's reason.
   */
  async generateReport(
    input: GrayImage | readonly DetectedRegion[],
    options: GenerateReportOptions = {},
  ): Promise<GeneratedReport> {
    const stream = this.streamReport(input, options);
    for (;;) {
      const next = await stream.next();
      if (next.done) return next.value;
    }
  }

  /** The streaming twin of {@link ReportGenerator.generateReport}: tells regions, then texts token by token, then the report. */
  async *streamReport(
    input: GrayImage | readonly DetectedRegion[],
    options: GenerateReportOptions = {},
  ): ReportStream {
    if (this.#isDisposed) throw new DisposedError('The report generator');
    checkReportOptions(options);
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const { classifiers, config, detector } = this.#parts;
    const { places, warnings } = await findPlaces(input, detector, options);
    const chosen = { chosen: options.regions, signal };
    const selection = await selectRegions(classifiers, config, places, chosen);
    yield { type: 'regions-selected', regions: selection.regions, boxes: selection.boxes };
    const total = selection.subjects.length;
    const ends: SentenceEndEvent[] = [];
    for await (const event of writeTexts(this.#parts, selection.subjects, options)) {
      if (event.type === 'sentence-end') {
        ends.push(event);
        onProgress?.({ phase: 'decode', completed: ends.length, total, unit: 'regions' });
      }
      yield event;
    }
    const similarity = options.similarity ?? this.#parts.similarity;
    const assembly = { similarity, contradictions: options.contradictions, signal };
    const result = await finishReport(selection, ends, warnings, assembly);
    yield { type: 'report-end', result };
    return result;
  }

  /** Frees the graphs, and the runtime unless it was given. May be called again. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const { sessions, classifiers, ownsRuntime } = this.#parts;
    if (ownsRuntime) return await sessions.runtime.dispose();
    for (const session of [classifiers, sessions.start, sessions.step, sessions.likeliest])
      await session.dispose();
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
