import {
  createRandom,
  float32,
  InvalidInputError,
  int64,
  ModelLoadError,
  type TaskOptions,
  type Tensor,
  type Tensors,
} from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import type { BartConfig, PriorConfig } from '../network/index.js';
import { flowNoise } from '../network/prior/flow-noise.js';
import type { ReportParts } from '../parts/part-set.js';
import type { SetSessions } from '../parts/sessions.js';
import { checkFindings, type FindingStates, findingCodes } from '../prompt/index.js';
import type { PictureCodec } from '../vision/picture-codec.js';
import { checkReportOptions, type ReportOptions, type WrittenReport } from './report-options.js';
import { wordVector } from './word-vector.js';

/** Names the random numbers of a prior's noise. */
const NOISE_STREAM = 0x5e7;

/** Options of one report; progress counts tokens. */
export interface WriteReportOptions extends ReportOptions, TaskOptions {
  /** From 0 to 2^32 - 1; decides what is drawn. @defaultValue 0 */
  readonly seed?: number | undefined;
  /** What is known of the picture beside itself; a prior that reads pictures alone leaves it out. */
  readonly findings?: FindingStates | undefined;
}

/** The language module of a set with its prior: reads a vector off a picture and words it. */
export class ReportWriter {
  readonly #config: BartConfig;
  readonly #prior: PriorConfig;
  readonly #tokenizer: Tokenizer;
  readonly #sessions: SetSessions;
  readonly #codec: PictureCodec;

  private constructor(
    { language, prior }: ReportParts,
    tokenizer: Tokenizer,
    sessions: SetSessions,
    codec: PictureCodec,
  ) {
    this.#config = language.architecture;
    this.#prior = prior.architecture.prior;
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
    if (options.findings !== undefined) checkFindings(options.findings);
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
      throw new InvalidInputError('seed', 'a whole number from 0 to 2^32 - 1', seed);
    const posteriorSeed = preset === 'faithful' ? seed : undefined;
    const latents =
      'dims' in input ? input : await this.#codec.encode(input, { posteriorSeed, signal });
    this.#codec.checkLatents(latents);
    const prior = await this.#sessions.get('prior');
    const { vector } = await prior.run({ latents, ...this.#priorInputs(options) }, { signal });
    const sessions = {
      runtime: this.#sessions.runtime,
      start: await this.#sessions.get('memory'),
      step: await this.#sessions.get('step'),
      likeliest: await this.#sessions.get('likeliest'),
    };
    const wording = { sessions, config: this.#config, tokenizer: this.#tokenizer };
    return await wordVector(vector as Tensor<'float32'>, wording, { ...options, seed });
  }

  /** What the prior takes beside latents: the first numbers of a seed's stream are its noise. */
  #priorInputs({ preset, spread = 1, seed = 0, ...options }: WriteReportOptions): Tensors {
    const { readsFindings, flow, outputWidth } = this.#prior;
    const isTold = preset === undefined && options.ignoreFindings !== true;
    const codes = findingCodes((isTold && options.findings) || {});
    return {
      ...(readsFindings && { findings: int64(codes, [1, codes.length]) }),
      ...(flow && {
        noise: float32(
          flowNoise(outputWidth, spread * flow.deviation, createRandom(seed, NOISE_STREAM)),
          [1, outputWidth],
        ),
      }),
    };
  }
}
