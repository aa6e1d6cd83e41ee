import {
  InvalidInputError,
  ModelLoadError,
  type ResultWarning,
  type TaskOptions,
  type Tensor,
} from '@cxrkit/core';
import {
  beamSearch,
  type GeneratedSequence,
  type GenerationListeners,
  greedy,
  sample,
} from '@cxrkit/core/decoding';
import type { GrayImage } from '@cxrkit/core/image';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { type BartConfig, BartStepper } from '../network/index.js';
import type { ReportParts } from '../parts/part-set.js';
import type { SetSessions } from '../parts/sessions.js';
import type { PictureCodec } from '../vision/picture-codec.js';
import { checkReportOptions, type ReportOptions, type WrittenReport } from './report-options.js';

/** Options of one report; progress counts tokens. */
export interface WriteReportOptions extends ReportOptions, TaskOptions {
  /** From 0 to 2^32 - 1; decides what is drawn. @defaultValue 0 */
  readonly seed?: number | undefined;
}

/** The language module of a set with its prior: reads a vector off a picture and words it. */
export class ReportWriter {
  readonly #config: BartConfig;
  readonly #tokenizer: Tokenizer;
  readonly #sessions: SetSessions;
  readonly #codec: PictureCodec;

  private constructor(
    { language }: ReportParts,
    tokenizer: Tokenizer,
    sessions: SetSessions,
    codec: PictureCodec,
  ) {
    this.#config = language.architecture;
    this.#tokenizer = tokenizer;
    this.#sessions = sessions;
    this.#codec = codec;
  }

  /** @throws {@link ModelLoadError} if the language module has no tokenizer, or one of more tokens than its words. */
  static async open(
    parts: ReportParts,
    sessions: SetSessions,
    codec: PictureCodec,
  ): Promise<ReportWriter> {
    const { folder, architecture } = parts.language;
    const tokenizer = await loadTokenizer(
      await folder.file(folder.manifest.tokenizer ?? 'tokenizer'),
    );
    if (tokenizer.vocabularySize > architecture.vocabulary)
      throw new ModelLoadError(
        folder.path,
        `its tokenizer has ${tokenizer.vocabularySize} tokens, expected at most the model's ${architecture.vocabulary}. They do not belong together.`,
      );
    return new ReportWriter(parts, tokenizer, sessions, codec);
  }

  /**
   * Writes the report of a picture, or of its latents.
   *
   * @param input - A picture of any size; or `[1, C, s, s]`.
   */
  async write(
    input: GrayImage | Tensor<'float32'>,
    options: WriteReportOptions = {},
  ): Promise<WrittenReport> {
    const { preset, seed = 0, signal } = options;
    checkReportOptions(options);
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
      throw new InvalidInputError('seed', 'a whole number from 0 to 2^32 - 1', seed);
    const posteriorSeed = preset === 'faithful' ? seed : undefined;
    const latents =
      'dims' in input ? input : await this.#codec.encode(input, { posteriorSeed, signal });
    this.#codec.checkLatents(latents);
    const prior = await this.#sessions.get('prior');
    const { vector } = await prior.run({ latents }, { signal });
    const sequence = await this.#decode(vector as Tensor<'float32'>, { ...options, seed });
    const { tokens, score, finished } = sequence;
    const report = tokens.length === 0 ? '' : this.#tokenizer.decode(tokens);
    const warnings: ResultWarning[] = [];
    if (!finished && preset !== 'faithful')
      warnings.push({ code: 'text-cut', message: 'The report was cut at the longest length.' });
    if (report === '') warnings.push({ code: 'empty-text', message: 'The decoder wrote nothing.' });
    return { report, score, finished, warnings };
  }

  async #decode(
    vector: Tensor<'float32'>,
    options: WriteReportOptions & { readonly seed: number },
  ): Promise<GeneratedSequence> {
    const { runtime } = this.#sessions;
    const [memory, step] = [await this.#sessions.get('memory'), await this.#sessions.get('step')];
    const { signal, onProgress, seed } = options;
    const { eosTokenId, maxLength } = this.#config;
    await using stepper = await BartStepper.open({ runtime, memory, step }, this.#config, vector, {
      signal,
    });
    // A text begins with EOS, which stands for nothing, and ends with it.
    const common = { bosTokenId: eosTokenId, eosTokenId, maxLength, signal };
    const listeners: GenerationListeners = { onProgress };
    const { preset, decoding = 'beam', beams, temperature, topP = 0.9 } = options;
    if (preset === 'faithful') {
      const all = { ...common, eosTokenId: null, maxLength: maxLength + 1, seed: [seed] };
      return (await sample(stepper, 1, { ...all, ...listeners }))[0];
    }
    const one = { ...common, ...listeners };
    if (decoding === 'greedy') return (await greedy(stepper, 1, one))[0];
    if (decoding === 'beam') return (await beamSearch(stepper, 1, { ...one, beams }))[0];
    return (await sample(stepper, 1, { ...one, temperature, topP, seed: [seed] }))[0];
  }
}
