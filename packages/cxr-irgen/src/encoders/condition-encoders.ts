import { InvalidInputError, int64, ModelLoadError, type ResultWarning } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { loadTokenizer, type TokenBatch, type Tokenizer } from '@cxrkit/core/tokenizer';
import { type PicturePreprocessing, picturePreprocessingSchema } from '../parts/architectures.js';
import { parsed } from '../parts/open-part.js';
import type { PartSet } from '../parts/part-set.js';
import type { SetSessions } from '../parts/sessions.js';
import { type ConditionOutputs, conditionOutputs, textFeeds } from './condition-outputs.js';
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
  /** `D`. */
  readonly width: number;
  /** Most tokens that the text encoder reads; a denoiser may take fewer. */
  readonly textLimit: number;
  /** Id that ends and pads a text, where the encoders are those of Stable Diffusion. */
  readonly endToken: number | undefined;
  readonly #maxLength: number;
  readonly #padding: 'max' | 'longest';
  readonly #outputs: ConditionOutputs;
  readonly #tokenizer: Tokenizer;
  readonly #preprocessing: PicturePreprocessing;
  readonly #sessions: SetSessions;
  readonly #prompts = new Map<string, Promise<Float32Array>>();

  private constructor(
    { vision, encoders }: PartSet,
    sessions: SetSessions,
    tokenizer: Tokenizer,
    preprocessing: PicturePreprocessing,
  ) {
    const { denoiser, textLength, textWidth, promptPadding } = vision.architecture;
    this.isPooled = denoiser.kind === 'u-vit';
    this.width = textWidth;
    this.textLimit = encoders.architecture.text.maxLength;
    this.endToken = encoders.architecture.text.endToken;
    this.#maxLength = textLength;
    this.#padding = promptPadding === 'max' ? 'max' : 'longest';
    this.#outputs = conditionOutputs(encoders.architecture, denoiser.kind);
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
    for (const [graph, output] of Object.entries(encoders.#outputs)) {
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

  /** Encodes the empty prompt, padded to a length: `[length, D]` token states, or `[1, D]` pooled. */
  async encodeEmpty(length: number, signal?: AbortSignal): Promise<Float32Array> {
    const options = { maxLength: length, padding: 'max' } as const;
    return await this.#runTokens(this.#tokenizer.encodeBatch([''], options), signal);
  }

  /** Encodes one token over and over, without special ones: as {@link ConditionEncoders.encodeEmpty}. */
  async encodeToken(id: number, length: number, signal?: AbortSignal): Promise<Float32Array> {
    const [ids, mask] = [id, 1].map((value) =>
      int64(new Array<number>(length).fill(value), [1, length]),
    );
    return await this.#runTokens({ ids, mask, truncated: [] }, signal);
  }

  /** Encodes a reference picture: `[D]`. */
  async encodePicture(image: GrayImage, signal?: AbortSignal): Promise<Float32Array> {
    const session = await this.#sessions.get('image');
    const feeds = { pixel_values: pictureTensor(image, this.#preprocessing) };
    const { image: output } = this.#outputs;
    const outputs = await session.run(feeds, { fetch: [output], signal });
    return outputs[output].data as Float32Array;
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
    // Of one length, or its own: what a prompt becomes must not depend on its neighbours.
    const options = { maxLength: this.#maxLength, padding: this.#padding };
    return await this.#runTokens(this.#tokenizer.encodeBatch([prompt], options), undefined);
  }

  async #runTokens(batch: TokenBatch, signal: AbortSignal | undefined): Promise<Float32Array> {
    const session = await this.#sessions.get('text');
    const { text } = this.#outputs;
    const outputs = await session.run(textFeeds(batch, session), { fetch: [text], signal });
    return outputs[text].data as Float32Array;
  }
}

function cutWarning(count: number, maxLength: number): ResultWarning {
  return {
    code: 'prompt-truncated',
    message: `The prompt has ${count} tokens; only the first ${maxLength} were read.`,
  };
}
