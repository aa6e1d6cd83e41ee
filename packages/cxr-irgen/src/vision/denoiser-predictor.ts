import { randomUUID } from 'node:crypto';
import { DisposedError, float32, type Tensor } from '@cxrkit/core';
import type { NoisePredictor } from '../diffusion/index.js';
import type { ConditionEncoders } from '../encoders/condition-encoders.js';
import type { SetSessions } from '../parts/sessions.js';

/** A row of a context: the tokens of the prompt and then the reference, which is zeros where there is none. */
export interface Condition {
  /** `[tokens, D]`. */
  readonly tokens: Float32Array;
  /** `[D]`. */
  readonly reference: Float32Array | undefined;
}

/** Joins conditions of one length to a context `[B, tokens + 1, D]` for {@link denoiserPredictor}. */
export function contextOf(
  conditions: readonly Condition[],
  { width }: ConditionEncoders,
): Tensor<'float32'> {
  const tokens = conditions[0].tokens.length / width;
  const row = (tokens + 1) * width;
  const data = new Float32Array(conditions.length * row);
  for (const [i, { tokens: text, reference }] of conditions.entries()) {
    data.set(text, i * row);
    if (reference) data.set(reference, i * row + tokens * width);
  }
  return float32(data, [conditions.length, tokens + 1, width]);
}

/** The denoiser of a set as samplers take it, until it is disposed. */
export interface DenoiserPredictor extends AsyncDisposable {
  readonly predict: NoisePredictor;
}

/**
 * Makes the denoiser of a set a function. The condition stays in the worker: only latents and noise cross the thread in
 * each step.
 */
export function denoiserPredictor(
  sessions: SetSessions,
  encoders: ConditionEncoders,
  signal: AbortSignal | undefined,
): DenoiserPredictor {
  const names = ['text', 'reference', 'has_reference'] as const;
  const prefix = `irgen/${randomUUID()}`;
  const from = Object.fromEntries(names.map((name) => [name, `${prefix}/${name}`]));
  let resident: Tensor<'float32'> | undefined;
  return {
    predict: async (latents, timestep, context) => {
      const session = await sessions.get('denoiser');
      if (context !== resident) {
        const inputs = splitContext(context, encoders);
        const slots = names.map((name) => [from[name], inputs[name]] as const);
        await sessions.runtime.put(Object.fromEntries(slots));
        resident = context;
      }
      const [rows] = latents.dims;
      const timesteps = float32(new Float32Array(rows).fill(timestep));
      const { noise } = await session.run({ latents, timesteps }, { from, signal });
      return noise as Tensor<'float32'>;
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await sessions.runtime.drop(Object.values(from));
      } catch (error) {
        // A runtime that has ended freed its slots already.
        if (!(error instanceof DisposedError)) throw error;
      }
    },
  };
}

function splitContext(
  { data, dims: [rows, length] }: Tensor<'float32'>,
  { isPooled, width }: ConditionEncoders,
): Record<'text' | 'reference' | 'has_reference', Tensor<'float32'>> {
  const tokens = length - 1;
  const text = new Float32Array(rows * tokens * width);
  const reference = new Float32Array(rows * width);
  const has = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * (tokens + 1) * width;
    const middle = start + tokens * width;
    text.set(data.subarray(start, middle), row * tokens * width);
    const vector = data.subarray(middle, middle + width);
    reference.set(vector, row * width);
    has[row] = vector.some((value) => value !== 0) ? 1 : 0;
  }
  const textDims = isPooled ? [rows, width] : [rows, tokens, width];
  return {
    text: float32(text, textDims),
    reference: float32(reference, [rows, width]),
    has_reference: float32(has),
  };
}
