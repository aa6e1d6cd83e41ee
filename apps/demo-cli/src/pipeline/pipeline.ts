import type { ClipClassifier, LinearProbe } from '@cxrkit/clip-classifier';
import {
  type AnatomicalRegion,
  DisposedError,
  InvalidInputError,
  type ResultWarning,
  type TaskOptions,
} from '@cxrkit/core';
import type { OnnxRuntime, RuntimeStatistics } from '@cxrkit/core/onnx';
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
  /** Linear probe on the classifier's features, which is asked besides the words. */
  readonly probe?: LinearProbe | undefined;
  /** Regions to write about, instead of those that the model selects. */
  readonly regions?: readonly AnatomicalRegion[] | undefined;
  /** What becomes of denials of what another sentence states; RGRG keeps them. @defaultValue 'remove' */
  readonly contradictions?: 'remove' | 'keep' | undefined;
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
    // Side by side: what one stage computes here hides behind the graphs of the other.
    const [{ detection, report }, classes] = await Promise.all([
      this.#report(picture, watch, options),
      this.#classify(picture, watch, options),
    ]);
    const warnings = [...detection.warnings, ...report.warnings, ...classes.warnings];
    return {
      ...this.#base(picture, warnings, watch),
      ...reportFields(report),
      ...classificationFields(classes),
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
    const classes = await this.#classify(picture, watch, options);
    return {
      ...this.#base(picture, classes.warnings, watch),
      ...classificationFields(classes),
    };
  }

  /** Tells how many graphs have been run and how long they took. */
  async statistics(): Promise<RuntimeStatistics> {
    return await this.#parts.runtime.statistics();
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
    return await watch.measure('detectMs', () =>
      detector.detect(image, { ...(signal && { signal }) }),
    );
  }

  async #report(
    picture: Picture,
    watch: Stopwatch,
    { signal, regions, contradictions, ...decoding }: AnalyzeOptions,
  ): Promise<{ detection: Detection; report: GeneratedReport }> {
    const generator = loaded(this.#parts.generator, 'report-gen');
    const detection = await this.#detect(picture, watch, { signal });
    const options = { signal, regions, contradictions, ...decodingOptions(decoding) };
    const report = await watch.measure('reportMs', () =>
      generator.generateReport(detection.regions, options),
    );
    return { detection, report };
  }

  async #classify(
    { image }: Picture,
    watch: Stopwatch,
    { labels = this.#parts.labels, probe, signal }: AnalyzeOptions,
  ): Promise<Classes> {
    const classifier = loaded(this.#parts.classifier, 'clip-classifier');
    const task = { ...(signal && { signal }) };
    return await watch.measure('classifyMs', async () => {
      const { classes, temperature, warnings } = await classifier.classify(image, labels, task);
      const classified = { classification: classes, temperature };
      if (probe === undefined) return { ...classified, warnings };
      return {
        ...classified,
        probe: await classifier.classifyWithProbe(image, probe, task),
        warnings: [...warnings, ...probeWarnings(probe, this.model)],
      };
    });
  }
}

function decodingOptions(options: AnalyzeOptions): DecodingOptions {
  const { decoding, beams, temperature, topP, seed } = options;
  return { decoding, beams, temperature, topP, seed };
}

type Classes = Pick<ClassificationResult, 'classification' | 'temperature' | 'probe' | 'warnings'>;

function classificationFields({ warnings: _, ...fields }: Classes): Omit<Classes, 'warnings'> {
  return fields;
}

function probeWarnings(probe: LinearProbe, model: ModelInfo): ResultWarning[] {
  const loadedModel = model['clip-classifier'];
  if (loadedModel === undefined || probe.model === `${loadedModel.name}@${loadedModel.version}`)
    return [];
  return [
    {
      code: 'probe-of-another-model',
      message: `The probe was trained on ${probe.model}, not on ${loadedModel.name}@${loadedModel.version}; it may mean nothing here.`,
    },
  ];
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
  sentences,
  removed,
  similarity,
}: GeneratedReport): Pick<
  ReportResult,
  'report' | 'regions' | 'sentences' | 'removed' | 'similarity'
> {
  return { report, regions, sentences, removed, similarity };
}

/** Two stages may doubt the same thing. */
function distinct(warnings: readonly ResultWarning[]): ResultWarning[] {
  const seen = new Map(
    warnings.map(({ code, message }) => [`${code} ${message}`, { code, message }]),
  );
  return [...seen.values()];
}
