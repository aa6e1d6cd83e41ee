import type { Timings } from '../result/analysis.js';

type Step = Exclude<keyof Timings, 'totalMs'>;

/** Takes the times of one picture's steps. */
export class Stopwatch {
  readonly #start: number = performance.now();
  readonly #times: { -readonly [K in Step]?: number } = {};

  /** @param decodeMs - Of a picture that was read before; it counts into the total. */
  constructor(decodeMs: number) {
    this.#times.decodeMs = decodeMs;
  }

  /** Runs a step and notes its time. */
  async measure<T>(step: Step, run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await run();
    this.#times[step] = round(performance.now() - start);
    return result;
  }

  /** @returns All times up to now. */
  read(): Timings {
    const decodeMs = this.#times.decodeMs ?? 0;
    return {
      ...this.#times,
      decodeMs: round(decodeMs),
      totalMs: round(decodeMs + performance.now() - this.#start),
    };
  }
}

/** A hundredth of a millisecond is all the clock is good for. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
