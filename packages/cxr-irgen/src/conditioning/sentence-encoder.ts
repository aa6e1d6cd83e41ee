import type { TaskOptions } from '@cxrkit/core';
import { type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { type BartConfig, bartConfigSchema } from '../network/bart/config.js';
import type { PartOrigin } from '../parts/architectures.js';
import { openPart } from '../parts/open-part.js';
import type { OpenFrozenOptions } from './autoencoder.js';

/** The encoder of a trained language module: gives the vectors that a prior learns to see in pictures. */
export class SentenceEncoder implements AsyncDisposable {
  readonly config: BartConfig;
  readonly origin: PartOrigin;
  readonly #tokenizer: Tokenizer;
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;

  private constructor(
    runtime: OnnxRuntime,
    session: OnnxSession,
    tokenizer: Tokenizer,
    { config, origin }: Pick<SentenceEncoder, 'config' | 'origin'>,
  ) {
    this.config = config;
    this.origin = origin;
    this.#tokenizer = tokenizer;
    this.#runtime = runtime;
    this.#session = session;
  }

  /** @throws {@link ModelLoadError} if the folder holds no language module. */
  static async open(options: OpenFrozenOptions): Promise<SentenceEncoder> {
    const { model, device = 'cpu', threads, signal } = options;
    const opened = await openPart(model, 'irgen-language', bartConfigSchema, { signal });
    const { folder, architecture: config, origin } = opened;
    const file = await folder.file(folder.manifest.tokenizer ?? 'tokenizer');
    const tokenizer = await loadTokenizer(file);
    const limit = threads === undefined ? {} : { threads };
    const runtime = await openRuntime({ device, signal, ...limit });
    try {
      const session = await runtime.load(await folder.graph('bart_encoder'), { signal });
      return new SentenceEncoder(runtime, session, tokenizer, { config, origin });
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  /** Encodes a report, cut at the config's `maxLength`: `[width]`. */
  async encode(text: string, { signal }: TaskOptions = {}): Promise<Float32Array> {
    const { maxLength } = this.config;
    const { ids, mask } = this.#tokenizer.encodeBatch([text], { maxLength });
    const { vector } = await this.#session.run(
      { input_ids: ids, attention_mask: mask },
      { signal },
    );
    return vector.data as Float32Array;
  }

  /** Ends the worker. */
  async dispose(): Promise<void> {
    await this.#runtime.dispose();
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
