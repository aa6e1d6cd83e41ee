import {
  type AnatomicalRegion,
  DisposedError,
  InvalidInputError,
  type ResultWarning,
  type TaskOptions,
} from '@cxrkit/core';
import type { OnnxRuntime } from '@cxrkit/core/onnx';
import type { ClipClassifier } from '@cxrkit/clip-classifier';
import type { Detection, Detector } from '@cxrkit/detector';
import type { DecodingOptions, GeneratedReport, ReportGenerator } from '@cxrkit/report-gen';
import {
  type Analysis,
  type ClassificationResult,
  type DetectionResult,
  type ModelInfo,
  type ReportResult,
  type ResultBase,
  SCHEMA_VERSION,
  type Stage,
} from '../result/analysis.js';
import { type Picture, type ReadPictureOptions, readPicture } from './picture.js';
import { Stopwatch } from './stopwatch.js';

/** How one picture is analysed; decoding options are those of `generateReport`. */
export interface AnalyzeOptions
  extends ReadPictureOptions,
    Pick<TaskOptions, 'signal'>,
    Omit<DecodingOptions, 'maxLength'> {
  /** Words to classify; any words do. @defaultValue the labels of the classifier's model */
  readonly labels?: readonly string[] | undefined;
  /** Regions to write about, instead of those that the model selects. */
  readonly regions?: readonly AnatomicalRegion[] | undefined;
}

/** What a verb takes: a file path, the file's bytes, or what {@link readPicture} gave. */
export type PictureSource = string | Uint8Array | Picture;

/** @internal */
export interface PipelineParts {
  readonly runtime: OnnxRuntime;
  readonly model: ModelInfo;
  readonly detector: Detector | undefined;
  readonly generator: ReportGenerator | undefined;
  readonly classifier: ClipClassifier | undefined;
  /** Labels when none are asked for. */
  readonly labels: readonly string[];
}

/** The loaded stages in one worker; made by `openPipeline`. */
export class Pipeline implements AsyncDisposable {
  /** Device and weights, as results name them. */
  readonly model: ModelInfo;
  readonly #parts: PipelineParts;
  #isDisposed = false;

  private constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.model = parts.model;
  }

  /** @internal */
  static of(parts: PipelineParts): Pipeline {
    return new Pipeline(parts);
  }

  /** Labels that are classified when none are asked for. */
  get labels(): readonly string[] {
    return this.#parts.labels;
  }

  /**
   * Runs every stage on one picture: decoded once, its regions detected once.
   *
   * @throws {@link ImageDecodeError}; {@link InvalidInputError} for options out of range or a stage that was not
   *   loaded; {@link DisposedError}; the signal's reason.
   */
  async analyze(source: PictureSource, options: AnalyzeOptions = {}): Promise<Analysis> {
    const { picture, watch } = await this.#begin(source, options);
    const { detection, report } = await this.#report(picture, watch, options);
    const classes = await this.#classify(picture, watch, options);
    const warnings = [...detection.warnings, ...report.warnings, ...classes.warnings];
    return {
      ...this.#base(picture, warnings, watch),
      ...reportFields(report),
      classification: classes.classification,
      temperature: classes.temperature,
    };
  }

  /** Finds the regions only; see {@link Pipeline.analyze}. */
  async detect(source: PictureSource, options: AnalyzeOptions = {}): Promise<DetectionResult> {
    const { picture, watch } = await this.#begin(source, options);
    const { regions, warnings } = await this.#detect(picture, watch, options);
    return {
      ...this.#base(picture, warnings, watch),
      regions: regions.map(({ name, detected, score, box }) => ({ name, detected, score, box })),
    };
  }

  /** Finds the regions and writes the report; see {@link Pipeline.analyze}. */
  async report(source: PictureSource, options: AnalyzeOptions = {}): Promise<ReportResult> {
    const { picture, watch } = await this.#begin(source, options);
    const { detection, report } = await this.#report(picture, watch, options);
    const warnings = [...detection.warnings, ...report.warnings];
    return { ...this.#base(picture, warnings, watch), ...reportFields(report) };
  }

  /** Classifies only; see {@link Pipeline.analyze}. */
  async classify(
    source: PictureSource,
    options: AnalyzeOptions = {},
  ): Promise<ClassificationResult> {
    const { picture, watch } = await this.#begin(source, options);
    const { warnings, ...fields } = await this.#classify(picture, watch, options);
    return { ...this.#base(picture, warnings, watch), ...fields };
  }

  /** Ends the worker and everything in it. May be called again. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#parts.runtime.dispose();
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #begin(
    source: PictureSource,
    options: AnalyzeOptions,
  ): Promise<{ picture: Picture; watch: Stopwatch }> {
    if (this.#isDisposed) throw new DisposedError('The pipeline');
    options.signal?.throwIfAborted();
    const isRead = typeof source === 'object' && 'decodeMs' in source;
    const picture = isRead ? source : await readPicture(source, options);
    return { picture, watch: new Stopwatch(picture.decodeMs) };
  }

  #base(picture: Picture, warnings: readonly ResultWarning[], watch: Stopwatch): ResultBase {
    const { width, height } = picture.image;
    return {
      schemaVersion: SCHEMA_VERSION,
      image: { path: picture.path, width, height },
      warnings: distinct([...picture.warnings, ...warnings]),
      model: this.model,
      timings: watch.read(),
      notAMedicalDevice: true,
    };
  }

  async #detect(
    { image }: Picture,
    watch: Stopwatch,
    { signal }: AnalyzeOptions,
  ): Promise<Detection> {
    const detector = loaded(this.#parts.detector, 'detector');
    return await watch.measure('detectMs', () => detector.detect(image, { ...(signal && { signal }) }));
  }

  async #report(
    picture: Picture,
    watch: Stopwatch,
    { signal, regions, decoding, beams, temperature, topP, seed }: AnalyzeOptions,
  ): Promise<{ detection: Detection; report: GeneratedReport }> {
    const generator = loaded(this.#parts.generator, 'report-gen');
    const detection = await this.#detect(picture, watch, { signal });
    const options = { signal, regions, decoding, beams, temperature, topP, seed };
    const report = await watch.measure('reportMs', () =>
      generator.generateReport(detection.regions, options),
    );
    return { detection, report };
  }

  async #classify(
    { image }: Picture,
    watch: Stopwatch,
    { labels = this.#parts.labels, signal }: AnalyzeOptions,
  ): Promise<Pick<ClassificationResult, 'classification' | 'temperature' | 'warnings'>> {
    const classifier = loaded(this.#parts.classifier, 'clip-classifier');
    const { classes, temperature, warnings } = await watch.measure('classifyMs', () =>
      classifier.classify(image, labels, { ...(signal && { signal }) }),
    );
    return { classification: classes, temperature, warnings };
  }
}

function loaded<T>(part: T | undefined, stage: Stage): T {
  if (part === undefined)
    throw new InvalidInputError(
      'stages',
      `"${stage}" among the loaded ones`,
      'a pipeline without it',
      'Name it in the option "stages" of openPipeline.',
    );
  return part;
}

function reportFields({
  report,
  regions,
  removed,
  similarity,
}: GeneratedReport): Pick<ReportResult, 'report' | 'regions' | 'removed' | 'similarity'> {
  return { report, regions, removed, similarity };
}

/** Two stages may doubt the same thing. */
function distinct(warnings: readonly ResultWarning[]): ResultWarning[] {
  const seen = new Map(warnings.map(({ code, message }) => [`${code} ${message}`, { code, message }]));
  return [...seen.values()];
}
