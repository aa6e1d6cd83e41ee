import { InvalidInputError, ModelLoadError, type ResultWarning, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { type PicturePreprocessing, picturePreprocessingSchema } from '../parts/architectures.js';
import { parsed } from '../parts/open-part.js';
import type { PartSet } from '../parts/part-set.js';
import type { SetSessions } from '../parts/sessions.js';
import { pictureTensor } from './picture-tensor.js';

/** Encoded prompts in memory: 15 MB at the published size. */
const REMEMBERED_PROMPTS = 64;

/** How a prompt is encoded. */
export interface EncodePromptOptions {
  /** Cuts a prompt that is too long, instead of refusing it. @defaultValue false */
  readonly truncate?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A prompt as the denoiser takes it. */
export interface EncodedPrompt {
  /** `[L, D]` token states for an `sd-unet`, `[1, D]` pooled for a `u-vit`. */
  readonly tokens: Float32Array;
  readonly warnings: readonly ResultWarning[];
}

/** The frozen encoders of texts and of reference pictures that a denoiser was trained with. */
export class ConditionEncoders {
  /** Whether a prompt is one vector without an axis of tokens. */
  readonly isPooled: boolean;
  /** Tokens of an encoded prompt. */
  readonly tokens: number;
  /** `D`. */
  readonly width: number;
  readonly #maxLength: number;
  readonly #output: 'last_hidden_state' | 'embedding';
  readonly #tokenizer: Tokenizer;
  readonly #preprocessing: PicturePreprocessing;
  readonly #sessions: SetSessions;
  readonly #prompts = new Map<string, Promise<Float32Array>>();

  private constructor(
    { vision }: PartSet,
    sessions: SetSessions,
    tokenizer: Tokenizer,
    preprocessing: PicturePreprocessing,
  ) {
    const { denoiser, textLength, textWidth } = vision.architecture;
    this.isPooled = denoiser.kind === 'u-vit';
    this.tokens = this.isPooled ? 1 : textLength;
    this.width = textWidth;
    this.#maxLength = textLength;
    this.#output = this.isPooled ? 'embedding' : 'last_hidden_state';
    this.#tokenizer = tokenizer;
    this.#preprocessing = preprocessing;
    this.#sessions = sessions;
  }

  /**
   * Makes the encoders of a set.
   *
   * @throws {@link ModelLoadError} if their folder lacks the tokenizer or an output that the denoiser needs.
   */
  static async open(set: PartSet, sessions: SetSessions): Promise<ConditionEncoders> {
    const { folder } = set.encoders;
    const tokenizer = await loadTokenizer(
      await folder.file(folder.manifest.tokenizer ?? 'tokenizer'),
    );
    const preprocessing = parsed(folder, 'preprocessing', picturePreprocessingSchema);
    const encoders = new ConditionEncoders(set, sessions, tokenizer, preprocessing);
    for (const [graph, output] of [
      ['text', encoders.#output],
      ['image', 'embedding'],
    ] as const) {
      const signature = folder.manifest.graphs[graph]?.outputs.find(({ name }) => name === output);
      const width = signature?.dims.at(-1);
      if (width !== encoders.width)
        throw new ModelLoadError(
          folder.path,
          `the denoiser takes "${output}" of width ${encoders.width} of its graph ${graph}, got ${width === undefined ? 'no such output' : `width ${width}`}. Give the encoders that it was trained with.`,
        );
    }
    return encoders;
  }

  /**
   * Counts the tokens of a prompt.
   *
   * @throws {@link InvalidInputError} for one that is longer than the model reads, unless `truncate`.
   */
  checkPrompt(prompt: string, { truncate = false }: EncodePromptOptions = {}): number {
    const count = this.#tokenizer.encode(prompt).length;
    if (count > this.#maxLength && !truncate)
      throw new InvalidInputError(
        'prompt',
        `at most ${this.#maxLength} tokens, special ones included`,
        `${count} tokens`,
        'Name fewer findings, or ask for it to be cut (truncate).',
      );
    return count;
  }

  /**
   * Encodes a prompt; the last {@link REMEMBERED_PROMPTS} are remembered.
   *
   * @throws As {@link ConditionEncoders.checkPrompt}; the signal's reason.
   */
  async encodePrompt(prompt: string, options: EncodePromptOptions = {}): Promise<EncodedPrompt> {
    const { signal } = options;
    signal?.throwIfAborted();
    const count = this.checkPrompt(prompt, options);
    const isLong = count > this.#maxLength;
    const tokens = await this.#remembered(prompt);
    signal?.throwIfAborted();
    return { tokens, warnings: isLong ? [cutWarning(count, this.#maxLength)] : [] };
  }

  /** Encodes a reference picture: `[D]`, of length 1. */
  async encodePicture(image: GrayImage, signal?: AbortSignal): Promise<Float32Array> {
    const session = await this.#sessions.get('image');
    const feeds = { pixel_values: pictureTensor(image, this.#preprocessing) };
    const { embedding } = await session.run(feeds, { fetch: ['embedding'], signal });
    return embedding.data as Float32Array;
  }

  #remembered(prompt: string): Promise<Float32Array> {
    const known = this.#prompts.get(prompt) ?? this.#runText(prompt);
    known.catch(() => this.#prompts.delete(prompt));
    // What was asked last goes last.
    this.#prompts.delete(prompt);
    this.#prompts.set(prompt, known);
    const [oldest] = this.#prompts.keys();
    if (this.#prompts.size > REMEMBERED_PROMPTS) this.#prompts.delete(oldest);
    return known;
  }

  // Without a signal: who waits for the same prompt shall not fail because another gave up.
  async #runText(prompt: string): Promise<Float32Array> {
    const session = await this.#sessions.get('text');
    // Always of one length: what a prompt becomes must not depend on its neighbours.
    const batch = this.#tokenizer.encodeBatch([prompt], {
      maxLength: this.#maxLength,
      padding: 'max',
    });
    const outputs = await session.run(
      { input_ids: batch.ids, attention_mask: batch.mask },
      { fetch: [this.#output] },
    );
    return (outputs[this.#output] as Tensor<'float32'>).data;
  }
}

function cutWarning(count: number, maxLength: number): ResultWarning {
  return {
    code: 'prompt-truncated',
    message: `The prompt has ${count} tokens; only the first ${maxLength} were read.`,
  };
}
