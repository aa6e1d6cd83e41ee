import { randomUUID } from 'node:crypto';
import { DisposedError, int64, type Tensor } from '@cxrkit/core';
import type { DecoderStepOptions, DecoderStepper } from '@cxrkit/core/decoding';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import type { BartConfig } from './config.js';
import { bartCacheNames } from './graphs.js';

/** The sessions that write a report. */
export interface BartSessions {
  readonly runtime: OnnxRuntime;
  /** Of the graph `bart_memory`. */
  readonly memory: OnnxSession;
  /** Of the graph `bart_step`. */
  readonly step: OnnxSession;
}

/**
 * Writes texts from vectors, one token each a step, for the decoding loops of core; they start with EOS. The key/value
 * cache stays in the runtime's worker, in slots of its own name, and is dropped by `dispose`.
 */
export class BartStepper implements DecoderStepper, AsyncDisposable {
  readonly vocabularySize: number;
  readonly #sessions: BartSessions;
  readonly #from: Readonly<Record<string, string>>;
  readonly #keep: Readonly<Record<string, string>>;
  #position = 0;

  private constructor(sessions: BartSessions, config: BartConfig) {
    const prefix = `bart/${randomUUID()}`;
    const slots = (side: 'past' | 'present'): Record<string, string> =>
      Object.fromEntries(bartCacheNames(side, config).map((name, i) => [name, `${prefix}/${i}`]));
    this.vocabularySize = config.vocabulary;
    this.#sessions = sessions;
    this.#from = slots('past');
    this.#keep = slots('present');
  }

  /**
   * Starts a generation: puts what the memory adds in each layer into the cache.
   *
   * @param vectors - `[n, width]`, of the encoder or the prior; one text each.
   */
  static async open(
    sessions: BartSessions,
    config: BartConfig,
    vectors: Tensor<'float32'>,
    options: DecoderStepOptions = {},
  ): Promise<BartStepper> {
    const stepper = new BartStepper(sessions, config);
    const run = { keep: stepper.#from, fetch: [], signal: options.signal };
    try {
      await sessions.memory.run({ vector: vectors }, run);
      return stepper;
    } catch (error) {
      await stepper.dispose();
      throw error;
    }
  }

  async step(
    tokens: readonly number[],
    rows: readonly number[],
    { signal }: DecoderStepOptions = {},
  ): Promise<Float32Array> {
    const count = tokens.length;
    const feeds = {
      input_ids: int64(tokens, [count, 1]),
      positions: int64(Array(count).fill(this.#position), [count, 1]),
      rows: int64(rows),
    };
    const slots = { from: this.#from, keep: this.#keep };
    const { logits } = await this.#sessions.step.run(feeds, {
      ...slots,
      fetch: ['logits'],
      signal,
    });
    this.#position++;
    return logits.data as Float32Array;
  }

  /** Frees the cache; a runtime that has ended freed it already. */
  async dispose(): Promise<void> {
    try {
      await this.#sessions.runtime.drop(Object.values(this.#from));
    } catch (error) {
      if (!(error instanceof DisposedError)) throw error;
    }
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
