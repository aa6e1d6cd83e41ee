import {
  float32,
  InvalidInputError,
  type ResultWarning,
  type TaskOptions,
  type Tensor,
} from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import {
  classifierFreeGuidance,
  type NoiseSchedule,
  type SamplerOptions,
  scaledLinearSchedule,
  seededNoise,
} from '../diffusion/index.js';
import type { ConditionEncoders } from '../encoders/condition-encoders.js';
import type { PartSet } from '../parts/part-set.js';
import type { SetSessions } from '../parts/sessions.js';
import { checkReference, type EncodedReference, ReferenceEncoder } from '../reference/reference.js';
import { type Condition, contextOf, denoiserPredictor } from './denoiser-predictor.js';
import {
  type GeneratedImage,
  type ImageMaking,
  type ImageSubject,
  subjectPrompt,
} from './image-options.js';
import { NullConditions } from './null-conditions.js';
import type { PictureCodec } from './picture-codec.js';
import { runSampler, type Sampling, type SamplingOptions, settleSampling } from './sampling.js';

/** What {@link ImageGenerator.generate} takes: one subject, one seed an image. */
export interface ImageRequest extends ImageSubject, ImageMaking, TaskOptions {
  readonly seeds: readonly number[];
}

/** A request whose options were checked and whose constant parts were encoded. */
interface Prepared {
  readonly request: ImageRequest;
  readonly sampling: Sampling;
  readonly prompt: string;
  readonly warnings: readonly ResultWarning[];
  /** `[tokens, D]` of the prompt. */
  readonly tokens: Float32Array;
  readonly unconditional: Condition;
  readonly start: { readonly latents: Tensor<'float32'>; readonly strength: number } | undefined;
  readonly mask: Tensor<'float32'> | undefined;
}

/** The vision module of a set: makes images, a batch at a time. */
export class ImageGenerator {
  readonly schedule: NoiseSchedule;
  /** Of the images in pixels. */
  readonly side: number;
  readonly #modelGuidance: number | undefined;
  readonly #sessions: SetSessions;
  readonly #encoders: ConditionEncoders;
  readonly #codec: PictureCodec;
  readonly #references: ReferenceEncoder;
  readonly #nulls: NullConditions;

  constructor(
    { vae, vision }: PartSet,
    sessions: SetSessions,
    encoders: ConditionEncoders,
    codec: PictureCodec,
  ) {
    this.schedule = scaledLinearSchedule(vision.architecture.schedule);
    this.side = vae.architecture.side;
    this.#modelGuidance = vision.folder.manifest.thresholds?.guidance;
    this.#sessions = sessions;
    this.#encoders = encoders;
    this.#codec = codec;
    this.#references = new ReferenceEncoder(encoders, codec);
    this.#nulls = new NullConditions(encoders);
  }

  /** @returns The options with the defaults of this model. */
  settle(options: SamplingOptions): Sampling {
    return settleSampling(options, this.schedule, {
      guidance: this.#modelGuidance,
      hasPublishedNull: this.#encoders.endToken !== undefined,
    });
  }

  /**
   * Checks what images shall show, without making one.
   *
   * @returns The prompt.
   * @throws {@link InvalidInputError} for what cannot be asked of this model.
   */
  checkSubject(subject: ImageSubject): string {
    const prompt = subjectPrompt(subject);
    this.#encoders.checkPrompt(prompt, { truncate: subject.truncate });
    checkReference(subject.reference, subject.findings ?? null);
    return prompt;
  }

  /** Makes an image for each seed; all options are checked before the first step. */
  async *generate(request: ImageRequest): AsyncGenerator<GeneratedImage, void, undefined> {
    const { seeds, batchSize = 1, signal } = request;
    signal?.throwIfAborted();
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new InvalidInputError('batchSize', 'a whole number of 1 or more', batchSize);
    const prepared = await this.#prepare(request);
    for (let start = 0; start < seeds.length; start += batchSize) {
      signal?.throwIfAborted();
      yield* this.#generateBatch(prepared, start, seeds.slice(start, start + batchSize));
    }
  }

  async #prepare(request: ImageRequest): Promise<Prepared> {
    const { from, mask, truncate, signal } = request;
    const sampling = this.settle(request);
    const prompt = this.checkSubject(request);
    if (mask !== undefined && from === undefined)
      throw new InvalidInputError('mask', 'a picture to start from with it (from)', 'none');
    if (mask !== undefined && from !== undefined) checkMaskShape(mask, from.image);
    const strength = from?.strength ?? (mask === undefined ? 0.75 : 1);
    if (!(strength > 0 && strength <= 1))
      throw new InvalidInputError('from.strength', 'a number above 0, at most 1', strength);
    const { tokens, warnings } = await this.#encoders.encodePrompt(prompt, { truncate, signal });
    const unconditional = await this.#nulls.get(sampling.nullCondition, tokens, signal);
    const latents = from && (await this.#codec.encode(from.image, { signal }));
    return {
      ...{ request, sampling, prompt, warnings, tokens, unconditional },
      start: latents && { latents, strength },
      mask: mask && this.#codec.latentMask(mask),
    };
  }

  async *#generateBatch(
    prepared: Prepared,
    first: number,
    seeds: readonly number[],
  ): AsyncGenerator<GeneratedImage, void, undefined> {
    const { request, sampling, prompt, warnings, start } = prepared;
    const { reference, findings = null, signal } = request;
    const withLatents = start === undefined && sampling.begin === 'trace';
    const references: EncodedReference[] = [];
    for (const seed of seeds)
      references.push(
        await this.#references.encode(reference, findings, seed, { signal, withLatents }),
      );
    const latents = await this.#sample(prepared, first, seeds, references);
    for (const [i, seed] of seeds.entries()) {
      signal?.throwIfAborted();
      const own = row(latents, i);
      yield {
        image: await this.#codec.decode(own, signal),
        ...{ seed, prompt, findings, latents: own },
        referenceId: references[i].id,
        warnings: [...warnings, ...references[i].warnings],
      };
    }
  }

  async #sample(
    prepared: Prepared,
    first: number,
    seeds: readonly number[],
    references: readonly EncodedReference[],
  ): Promise<Tensor<'float32'>> {
    const { request, sampling, tokens, unconditional } = prepared;
    const { signal } = request;
    await using denoiser = denoiserPredictor(this.#sessions, this.#encoders, signal);
    const conditions = references.map(({ vector }) => ({ tokens, reference: vector }));
    const denoise = classifierFreeGuidance(denoiser.predict, {
      context: contextOf(conditions, this.#encoders),
      nullContext: contextOf([unconditional], this.#encoders),
      guidance: sampling.guidance,
    });
    return await runSampler(sampling, denoise, this.schedule, {
      steps: sampling.steps,
      ...(await this.#startOf(prepared, seeds, references)),
      ...this.#listeners(request, first, seeds),
      ...(signal && { signal }),
    });
  }

  async #startOf(
    { start, mask, sampling, request: { signal } }: Prepared,
    seeds: readonly number[],
    references: readonly EncodedReference[],
  ): Promise<Pick<SamplerOptions, 'noise' | 'start' | 'inpaint'>> {
    const [, channels, height, width] = this.#codec.latentDims;
    const noise = seededNoise(seeds, [channels, height, width]);
    if (start === undefined) {
      const latents = sampling.begin === 'trace' && (await this.#traces(references, signal));
      return latents ? { noise, start: { latents, strength: 1 } } : { noise };
    }
    const latents = repeated(start.latents, seeds.length);
    const { strength } = start;
    // With strength 1 nothing but the mask keeps the picture.
    const begin = strength < 1 || mask === undefined ? { start: { latents, strength } } : {};
    return { noise, ...begin, ...(mask && { inpaint: { latents, mask } }) };
  }

  /** Latents of which the first noise holds a trace, `[B, C, s, s]`; nothing if the set knows none. */
  async #traces(
    references: readonly EncodedReference[],
    signal: AbortSignal | undefined,
  ): Promise<Tensor<'float32'> | undefined> {
    const rows: Tensor<'float32'>[] = [];
    for (const { latents } of references) {
      const trace = latents ?? (await this.#typical(signal));
      if (trace === undefined) return undefined;
      rows.push(trace);
    }
    return stacked(rows);
  }

  async #typical(signal: AbortSignal | undefined): Promise<Tensor<'float32'> | undefined> {
    if (!this.#sessions.has('typical')) return undefined;
    const session = await this.#sessions.get('typical');
    const { latents } = await session.run({}, { signal });
    return latents as Tensor<'float32'>;
  }

  #listeners(
    { seeds: all, onProgress, onStep, signal }: ImageRequest,
    first: number,
    seeds: readonly number[],
  ): Pick<SamplerOptions, 'onStep'> {
    return {
      onStep: async ({ completed, total, estimate }) => {
        onProgress?.({
          phase: 'sample',
          // Each image of a batch takes every step of it.
          completed: first * total + completed * seeds.length,
          total: all.length * total,
          unit: 'steps',
        });
        const preview = async (): Promise<GrayImage[]> => {
          const latents = estimate();
          const images: GrayImage[] = [];
          for (const i of seeds.keys())
            images.push(await this.#codec.decode(row(latents, i), signal));
          return images;
        };
        await onStep?.({ seeds, completed, total, preview });
      },
    };
  }
}

/** @throws {@link InvalidInputError} for a mask of other proportions, which would be cut elsewhere than the picture. */
function checkMaskShape(mask: GrayImage, picture: GrayImage): void {
  const [own, other] = [mask, picture].map(({ width, height }) => Math.log(width / height));
  if (Math.abs(own - other) < 0.02) return;
  throw new InvalidInputError(
    'mask',
    `the proportions of the picture to start from (${picture.width} x ${picture.height})`,
    `${mask.width} x ${mask.height}`,
  );
}

/** `[1, C, s, s]` each -> `[B, C, s, s]`. */
function stacked(rows: readonly Tensor<'float32'>[]): Tensor<'float32'> {
  const [{ data: first, dims }] = rows;
  const data = new Float32Array(rows.length * first.length);
  for (const [i, row] of rows.entries()) data.set(row.data, i * first.length);
  return float32(data, [rows.length, ...dims.slice(1)]);
}

/** One image of a batch: `[B, C, s, s]` -> `[1, C, s, s]`. */
function row({ data, dims }: Tensor<'float32'>, index: number): Tensor<'float32'> {
  const size = data.length / dims[0];
  return float32(data.slice(index * size, (index + 1) * size), [1, ...dims.slice(1)]);
}

/** `[1, C, s, s]` -> `[B, C, s, s]`. */
function repeated({ data, dims }: Tensor<'float32'>, count: number): Tensor<'float32'> {
  const rows = new Float32Array(count * data.length);
  for (let i = 0; i < count; i++) rows.set(data, i * data.length);
  return float32(rows, [count, ...dims.slice(1)]);
}
