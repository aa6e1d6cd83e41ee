import { InvalidInputError, ModelLoadError, type TaskOptions, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import type { BartConfig } from '../network/index.js';
import type { ReportParts } from '../parts/part-set.js';
import type { SetSessions } from '../parts/sessions.js';
import type { PictureCodec } from '../vision/picture-codec.js';
import { checkReportOptions, type ReportOptions, type WrittenReport } from './report-options.js';
import { wordVector } from './word-vector.js';

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
    const { runtime } = this.#sessions;
    const [memory, step] = [await this.#sessions.get('memory'), await this.#sessions.get('step')];
    const sessions = { runtime, memory, step };
    const wording = { sessions, config: this.#config, tokenizer: this.#tokenizer };
    return await wordVector(vector as Tensor<'float32'>, wording, { ...options, seed });
  }
}
