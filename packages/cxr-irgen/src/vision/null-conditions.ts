import { InvalidInputError } from '@cxrkit/core';
import type { ConditionEncoders } from '../encoders/condition-encoders.js';
import type { Condition } from './denoiser-predictor.js';
import type { NullCondition } from './sampling.js';

/** Makes the unconditional rows of guidance, each once. */
export class NullConditions {
  readonly #encoders: ConditionEncoders;
  readonly #known = new Map<string, Promise<Condition>>();

  constructor(encoders: ConditionEncoders) {
    this.#encoders = encoders;
  }

  /**
   * Makes the row that stands for no condition beside a prompt.
   *
   * @param prompt - `[tokens, D]`, encoded; the row has as many tokens.
   * @throws {@link InvalidInputError} for `published` and a prompt as long as the text encoder reads, beside which there is
   *   no place for one token more.
   */
  async get(
    kind: NullCondition,
    prompt: Float32Array,
    signal: AbortSignal | undefined,
  ): Promise<Condition> {
    signal?.throwIfAborted();
    const length = prompt.length / this.#encoders.width;
    const key = `${kind} ${length}`;
    const known = this.#known.get(key) ?? this.#make(kind, length);
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    const condition = await known;
    signal?.throwIfAborted();
    return condition;
  }

  // Without a signal: who waits for the same row shall not fail because another gave up.
  async #make(kind: NullCondition, length: number): Promise<Condition> {
    if (kind === 'published') return await this.#published(length);
    if (this.#encoders.isPooled)
      return { tokens: (await this.#encoders.encodePrompt('')).tokens, reference: undefined };
    return { tokens: await this.#encoders.encodeEmpty(length), reference: undefined };
  }

  async #published(length: number): Promise<Condition> {
    const { endToken, isPooled, textLimit, width } = this.#encoders;
    if (endToken === undefined)
      throw new InvalidInputError('encoders', 'those of Stable Diffusion', 'others');
    if (isPooled) {
      // CXR-IRGen 2.9: end tokens alone, not averaged with a reference; the mean of a vector and itself is the vector.
      const vector = await this.#encoders.encodeToken(endToken, textLimit);
      return { tokens: vector, reference: vector };
    }
    if (length + 1 > textLimit)
      throw new InvalidInputError(
        'prompt',
        `at most ${textLimit - 1} tokens, special ones included, with the published null condition`,
        `${length} tokens`,
        "Name fewer findings, or set nullCondition to 'empty'.",
      );
    // diffusers 0.14 pads the empty prompt to the length of the whole context: the last token stands where a reference would.
    const states = await this.#encoders.encodeEmpty(length + 1);
    const middle = length * width;
    return { tokens: states.slice(0, middle), reference: states.slice(middle) };
  }
}
