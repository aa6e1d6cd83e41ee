import { float32, InvalidInputError, type TaskOptions } from '@cxrkit/core';
import { type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { likeliestTokensGraph, serializeGraph } from '@cxrkit/nn';
import {
  checkReportOptions,
  type ReportOptions,
  type WrittenReport,
} from '../language/report-options.js';
import { wordVector } from '../language/word-vector.js';
import { type BartConfig, bartConfigSchema } from '../network/bart/config.js';
import type { PartOrigin } from '../parts/architectures.js';
import { openPart, type Part } from '../parts/open-part.js';
import type { OpenFrozenOptions } from './autoencoder.js';

/**
 * A trained language module without the rest of its set: for measuring, and for the vectors that a prior learns to see in
 * pictures. The graphs of its decoder are loaded when first needed.
 */
export class LanguageModule implements AsyncDisposable {
  readonly config: BartConfig;
  readonly origin: PartOrigin;
  readonly #part: Part<BartConfig>;
  readonly #tokenizer: Tokenizer;
  readonly #runtime: OnnxRuntime;
  readonly #sessions = new Map<string, Promise<OnnxSession>>();

  private constructor(part: Part<BartConfig>, tokenizer: Tokenizer, runtime: OnnxRuntime) {
    this.config = part.architecture;
    this.origin = part.origin;
    this.#part = part;
    this.#tokenizer = tokenizer;
    this.#runtime = runtime;
  }

  /** @throws {@link ModelLoadError} if the folder holds no language module. */
  static async open(options: OpenFrozenOptions): Promise<LanguageModule> {
    const { model, device = 'cpu', threads, signal } = options;
    const part = await openPart(model, 'irgen-language', bartConfigSchema, { signal });
    const { folder } = part;
    const file = await folder.file(folder.manifest.tokenizer ?? 'tokenizer');
    const tokenizer = await loadTokenizer(file);
    const limit = threads === undefined ? {} : { threads };
    const runtime = await openRuntime({ device, signal, ...limit });
    return new LanguageModule(part, tokenizer, runtime);
  }

  /** Encodes a report, cut at the config's `maxLength`: `[width]`. */
  async encode(text: string, { signal }: TaskOptions = {}): Promise<Float32Array> {
    const { maxLength } = this.config;
    const { ids, mask } = this.#tokenizer.encodeBatch([text], { maxLength });
    const encoder = await this.#session('bart_encoder');
    const { vector } = await encoder.run({ input_ids: ids, attention_mask: mask }, { signal });
    return vector.data as Float32Array;
  }

  /**
   * Words a vector `[width]`; the inverse of {@link LanguageModule.encode} as far as the module has learned it.
   *
   * @throws {@link InvalidInputError} for options out of range or a vector of another width.
   */
  async decode(
    vector: Float32Array,
    { seed = 0, ...options }: ReportOptions & TaskOptions & { readonly seed?: number } = {},
  ): Promise<WrittenReport> {
    checkReportOptions(options);
    const { width } = this.config;
    if (vector.length !== width)
      throw new InvalidInputError('vector', `${width} numbers`, vector.length);
    const sessions = {
      runtime: this.#runtime,
      start: await this.#session('bart_memory'),
      step: await this.#session('bart_step'),
      likeliest: await this.#likeliest(),
    };
    const wording = { sessions, config: this.config, tokenizer: this.#tokenizer };
    return await wordVector(float32(vector, [1, width]), wording, { ...options, seed });
  }

  /** Ends the worker. */
  async dispose(): Promise<void> {
    await this.#runtime.dispose();
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #session(graph: string): Promise<OnnxSession> {
    return await this.#once(graph, () => this.#part.folder.graph(graph));
  }

  async #likeliest(): Promise<OnnxSession> {
    return await this.#once('likeliest', async () => serializeGraph(likeliestTokensGraph()).bytes);
  }

  async #once(name: string, read: () => Promise<string | Uint8Array>): Promise<OnnxSession> {
    const load = async () => this.#runtime.load(await read());
    const session = this.#sessions.get(name) ?? load();
    this.#sessions.set(name, session);
    return await session;
  }
}
