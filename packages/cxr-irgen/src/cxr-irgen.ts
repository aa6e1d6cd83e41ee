import { DisposedError, InvalidInputError, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { ModelManifest } from '@cxrkit/core/model';
import type { OnnxRuntime } from '@cxrkit/core/onnx';
import type { SynthesisSummary, SynthesizeDatasetOptions } from './dataset/dataset-options.js';
import { synthesize } from './dataset/synthesize.js';
import type { WrittenReport } from './language/report-options.js';
import type { WriteReportOptions } from './language/report-writer.js';
import type { PairGenerator } from './pairs/pair-generator.js';
import {
  checkJudgeable,
  checkPairMaking,
  type GeneratedPair,
  type GeneratePairsOptions,
} from './pairs/pair-options.js';
import type { PartOrigin } from './parts/architectures.js';
import type { DenoiserName } from './parts/open-set.js';
import type { PartSet } from './parts/part-set.js';
import type { SetSessions } from './parts/sessions.js';
import {
  type GeneratedImage,
  type GenerateImagesOptions,
  imageSeeds,
} from './vision/image-options.js';
import type { EncodeLatentsOptions, PictureCodec } from './vision/picture-codec.js';

/** Names of the parts of a loaded set. */
export type PartName = 'encoders' | 'vae' | 'vision' | 'language' | 'prior';

/** @internal */
export interface CxrIrgenParts {
  readonly set: PartSet;
  readonly sessions: SetSessions;
  readonly codec: PictureCodec;
  readonly pairs: PairGenerator;
  /** Whether `dispose` ends the runtime, too. */
  readonly ownsRuntime: boolean;
}

/** Makes synthetic chest X-rays with their reports; made by `loadCxrIrgen`. */
export class CxrIrgen implements AsyncDisposable {
  readonly #parts: CxrIrgenParts;
  #isDisposed = false;

  private constructor(parts: CxrIrgenParts) {
    this.#parts = parts;
  }

  /** @internal */
  static of(parts: CxrIrgenParts): CxrIrgen {
    return new CxrIrgen(parts);
  }

  /** Which denoiser makes the images. */
  get vision(): DenoiserName {
    return this.#parts.set.vision.architecture.denoiser.kind;
  }

  /** Side of the images in pixels. */
  get side(): number {
    return this.#parts.set.vae.architecture.side;
  }

  /** Where the graphs run. */
  get device(): OnnxRuntime['device'] {
    return this.#parts.sessions.runtime.device;
  }

  /** Name, version and hash of each part; results carry them. */
  get models(): Readonly<Partial<Record<PartName, PartOrigin>>> {
    return Object.fromEntries(this.#folders().map(([name, { origin }]) => [name, origin]));
  }

  /** What is known of each part. */
  get manifests(): Readonly<Partial<Record<PartName, ModelManifest>>> {
    return Object.fromEntries(this.#folders().map(([name, { folder }]) => [name, folder.manifest]));
  }

  /** Whether a report can be told findings beside its picture; a published prior reads pictures alone. */
  get readsFindings(): boolean {
    return this.#parts.set.reports?.prior.architecture.prior.readsFindings ?? false;
  }

  /**
   * Makes images, yielding each as it is finished.
   *
   * @throws {@link InvalidInputError} for options out of range, before the first step; {@link DisposedError}; the
   *   signal's reason, between steps.
   */
  async *generateImages(
    options: GenerateImagesOptions,
  ): AsyncGenerator<GeneratedImage, void, undefined> {
    this.#check();
    const seeds = imageSeeds(options);
    yield* this.#parts.pairs.images.generate({ ...options, seeds });
  }

  /** Makes one image; the twin of {@link CxrIrgen.generateImages}. */
  async generateImage(options: Omit<GenerateImagesOptions, 'count'>): Promise<GeneratedImage> {
    return await first(this.generateImages({ ...options, count: 1 }));
  }

  /**
   * Makes images with their reports, yielding each pair that is kept as it is finished.
   *
   * @throws As {@link CxrIrgen.generateImages}.
   */
  async *generatePairs(
    options: GeneratePairsOptions,
  ): AsyncGenerator<GeneratedPair, void, undefined> {
    this.#check();
    const seeds = imageSeeds(options);
    checkPairMaking(options);
    checkJudgeable(options, [options]);
    for await (const { pair, isKept } of this.#parts.pairs.generate({ ...options, seeds }))
      if (isKept) yield pair;
  }

  /** Makes one pair, which is always kept; the twin of {@link CxrIrgen.generatePairs}. */
  async generatePair(
    options: Omit<GeneratePairsOptions, 'count' | 'minAgreement'>,
  ): Promise<GeneratedPair> {
    return await first(this.generatePairs({ ...options, count: 1, minAgreement: undefined }));
  }

  /**
   * Writes the report of a picture or of its latents.
   *
   * @param input - A picture of any size; or `[1, C, s, s]`, such as those of a {@link GeneratedImage}.
   * @throws {@link InvalidInputError} for options out of range, for findings that the prior does not read, or if the
   *   language module was not loaded.
   */
  async writeReport(
    input: GrayImage | Tensor<'float32'>,
    options: WriteReportOptions = {},
  ): Promise<WrittenReport> {
    this.#check();
    options.signal?.throwIfAborted();
    const { writer } = this.#parts.pairs;
    if (options.findings !== undefined && !this.readsFindings)
      throw new InvalidInputError(
        'findings',
        'none, as the prior reads pictures alone',
        options.findings,
      );
    return await writer.write(input, options);
  }

  /**
   * Writes a folder of pairs that trainings can read: `images/NNNN.png` (or `.jpg`), a line a pair in `manifest.jsonl`, and tables
   * with the columns of MIMIC-CXR-JPG. Stopped at any moment, even by `kill -9`, the same call goes on: no pair is lost
   * or there twice.
   *
   * @throws {@link InvalidInputError} for a folder of another configuration; {@link CxrError} with code `OUTPUT` if
   *   the disk refuses; the signal's reason.
   */
  async synthesizeDataset(options: SynthesizeDatasetOptions): Promise<SynthesisSummary> {
    this.#check();
    return await synthesize(this.#parts.pairs, this.models, options);
  }

  /**
   * Encodes a picture of any size with the autoencoder.
   *
   * @returns Latents `[1, C, s, s]` of about unit variance.
   * @throws {@link InvalidInputError} for a picture whose data do not fit its size; {@link DisposedError}; the signal's reason.
   */
  async encodeLatents(
    image: GrayImage,
    options: EncodeLatentsOptions = {},
  ): Promise<Tensor<'float32'>> {
    this.#check();
    return await this.#parts.codec.encode(image, options);
  }

  /**
   * Decodes latents; the inverse of {@link CxrIrgen.encodeLatents} up to what the autoencoder loses.
   *
   * @param latents - `[1, C, s, s]`.
   * @throws {@link InvalidInputError} for latents of another shape; {@link DisposedError}; the signal's reason.
   */
  async decodeLatents(latents: Tensor<'float32'>, signal?: AbortSignal): Promise<GrayImage> {
    this.#check();
    return await this.#parts.codec.decode(latents, signal);
  }

  /** Frees the graphs, and the runtime unless it was given. May be called again. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const { sessions, ownsRuntime } = this.#parts;
    if (ownsRuntime) await sessions.runtime.dispose();
    else await sessions.dispose();
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #check(): void {
    if (this.#isDisposed) throw new DisposedError('The CXR-IRGen set');
  }

  #folders() {
    const { encoders, vae, vision, reports } = this.#parts.set;
    return Object.entries({ encoders, vae, vision, ...reports });
  }
}

async function first<T>(items: AsyncGenerator<T, void, undefined>): Promise<T> {
  for await (const item of items) return item;
  throw new RangeError('Nothing was made.');
}
