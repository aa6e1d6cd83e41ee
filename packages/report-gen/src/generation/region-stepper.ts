import { randomUUID } from 'node:crypto';
import { DisposedError, float32, InvalidInputError, int64 } from '@cxrkit/core';
import type { DecoderStepOptions, DecoderStepper } from '@cxrkit/core/decoding';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import type { ReportGeneratorConfig } from '../network/config.js';
import { cacheNames } from '../network/graphs.js';

/** The sessions that write a region's text. */
export interface DecoderSessions {
  readonly runtime: OnnxRuntime;
  readonly imageKeyValue: OnnxSession;
  readonly step: OnnxSession;
}

/**
 * Writes about several regions, one token each a step. The key/value cache never leaves the runtime's worker: it lies in
 * slots of its own name, so several generations may run side by side, and is dropped by `dispose`.
 */
export class RegionStepper implements DecoderStepper, AsyncDisposable {
  readonly vocabularySize: number;
  readonly #sessions: DecoderSessions;
  readonly #from: Readonly<Record<string, string>>;
  readonly #keep: Readonly<Record<string, string>>;
  #position = 0;

  private constructor(sessions: DecoderSessions, config: ReportGeneratorConfig) {
    const prefix = `report-gen/${randomUUID()}`;
    const slots = (side: 'past' | 'present'): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: config.layers }, (_, layer) => cacheNames(side, layer)).flatMap(
          ({ key, value }, layer) => [
            [key, `${prefix}/${layer}/key`],
            [value, `${prefix}/${layer}/value`],
          ],
        ),
      );
    this.vocabularySize = config.vocabulary;
    this.#sessions = sessions;
    this.#from = slots('past');
    this.#keep = slots('present');
  }

  /**
   * Starts a generation: puts each region's picture into the cache.
   *
   * @param features - `[n]` region features of length `D_in`.
   */
  static async open(
    sessions: DecoderSessions,
    config: ReportGeneratorConfig,
    features: readonly Float32Array[],
    options: DecoderStepOptions = {},
  ): Promise<RegionStepper> {
    const stepper = new RegionStepper(sessions, config);
    const feeds = { features: stackFeatures(features, config) };
    const run = { keep: stepper.#from, fetch: [], signal: options.signal };
    try {
      await sessions.imageKeyValue.run(feeds, run);
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
      ids: int64(tokens, [count, 1]),
      positions: int64(Array(count).fill(this.#position), [count, 1]),
      rows: int64(rows),
    };
    const { logits } = await this.#sessions.step.run(feeds, {
      from: this.#from,
      keep: this.#keep,
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

/**
 * Joins feature vectors to float32 `[n, D_in]`.
 *
 * @throws {@link InvalidInputError} if one has another length, as those of another detector have.
 */
export function stackFeatures(
  features: readonly Float32Array[],
  { regionFeatures }: ReportGeneratorConfig,
): ReturnType<typeof float32> {
  const data = new Float32Array(features.length * regionFeatures);
  for (const [i, vector] of features.entries()) {
    if (vector.length !== regionFeatures)
      throw new InvalidInputError(
        'region features',
        `${regionFeatures} numbers`,
        vector.length,
        'Use the detector that the report generator was trained with.',
      );
    data.set(vector, i * regionFeatures);
  }
  return float32(data, [features.length, regionFeatures]);
}
