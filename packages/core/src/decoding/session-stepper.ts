import { randomUUID } from 'node:crypto';
import { DisposedError } from '../errors.js';
import type { OnnxRuntime } from '../onnx/runtime.js';
import type { OnnxSession } from '../onnx/session.js';
import { int64, type Tensors } from '../tensor.js';
import type { DecoderStepOptions, DecoderStepper } from './decoder-stepper.js';
import type { LikeliestTokens } from './likeliest-tokens.js';

/** The graphs of a decoder, loaded in one runtime. */
export interface DecoderSessions {
  readonly runtime: OnnxRuntime;
  /** What a text is about -> the cache before its first token. */
  readonly start: OnnxSession;
  /** Tokens and positions int64 `[n, 1]`, `rows` int64 `[n]`, cache -> `logits [n, V]`, cache. */
  readonly step: OnnxSession;
  /** `logits [n, V]`, `count` int64 `[1]` -> `tokens` int64, `log_probabilities`, both `[n, count]`, best first. */
  readonly likeliest: OnnxSession;
}

/** The names that a decoder's graphs use. */
export interface DecoderLayout {
  readonly vocabularySize: number;
  /** Input of the tokens. */
  readonly tokens: string;
  /** Inputs of the step's cache, and outputs of the start. */
  readonly past: readonly string[];
  /** The step's outputs that take their places, in the same order. */
  readonly present: readonly string[];
}

/**
 * A decoder of ONNX graphs. The key/value cache never leaves the runtime's worker: it lies in slots of its own name, so
 * several generations may run side by side, and is dropped by `dispose`.
 */
export class SessionStepper implements DecoderStepper, AsyncDisposable {
  readonly vocabularySize: number;
  readonly #sessions: DecoderSessions;
  readonly #tokens: string;
  readonly #from: Readonly<Record<string, string>>;
  readonly #keep: Readonly<Record<string, string>>;
  readonly #logits: string;
  #position = 0;

  private constructor(sessions: DecoderSessions, layout: DecoderLayout) {
    const generation = randomUUID();
    const slots = (names: readonly string[]): Record<string, string> =>
      Object.fromEntries(names.map((name, i) => [name, `${generation}/${i}`]));
    this.vocabularySize = layout.vocabularySize;
    this.#sessions = sessions;
    this.#tokens = layout.tokens;
    this.#from = slots(layout.past);
    this.#keep = slots(layout.present);
    this.#logits = `${generation}/logits`;
  }

  /**
   * Starts a generation: puts what the texts are about into the cache.
   *
   * @param feeds - Of `sessions.start`, one row a text.
   * @throws what `OnnxSession.run` throws.
   */
  static async open(
    sessions: DecoderSessions,
    layout: DecoderLayout,
    feeds: Tensors,
    { signal }: DecoderStepOptions = {},
  ): Promise<SessionStepper> {
    const stepper = new SessionStepper(sessions, layout);
    try {
      await sessions.start.run(feeds, { keep: stepper.#from, fetch: [], signal });
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
    const { logits } = await this.#sessions.step.run(this.#feeds(tokens, rows), {
      from: this.#from,
      keep: this.#keep,
      fetch: ['logits'],
      signal,
    });
    this.#position++;
    return logits.data as Float32Array;
  }

  async stepLikeliest(
    tokens: readonly number[],
    rows: readonly number[],
    count: number,
    { signal }: DecoderStepOptions = {},
  ): Promise<LikeliestTokens> {
    const { step, likeliest } = this.#sessions;
    // Asked together: the worker goes from one graph to the next without a word.
    const [, found] = await Promise.all([
      step.run(this.#feeds(tokens, rows), {
        from: this.#from,
        keep: { ...this.#keep, logits: this.#logits },
        fetch: [],
        signal,
      }),
      likeliest.run({ count: int64([count]) }, { from: { logits: this.#logits }, signal }),
    ]);
    this.#position++;
    return {
      tokens: Array.from(found.tokens.data as BigInt64Array, Number),
      logProbabilities: found.log_probabilities.data as Float32Array,
    };
  }

  /** Frees the cache; a runtime that has ended freed it already. */
  async dispose(): Promise<void> {
    try {
      await this.#sessions.runtime.drop([...Object.values(this.#from), this.#logits]);
    } catch (error) {
      if (!(error instanceof DisposedError)) throw error;
    }
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #feeds(tokens: readonly number[], rows: readonly number[]): Tensors {
    const count = tokens.length;
    return {
      [this.#tokens]: int64(tokens, [count, 1]),
      positions: int64(Array(count).fill(this.#position), [count, 1]),
      rows: int64(rows),
    };
  }
}
