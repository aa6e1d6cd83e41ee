import { FormatError } from '../format-error.js';
import type { PickleValue } from './pickle-value.js';

const MAX_MARKS = 1000;

/** The unpickler's stack with its marks. */
export class PickleStack {
  readonly #values: PickleValue[] = [];
  readonly #marks: number[] = [];

  push(value: PickleValue): void {
    this.#values.push(value);
  }

  top(): PickleValue {
    this.#require(1);
    return this.#values[this.#values.length - 1];
  }

  pop(): PickleValue {
    return this.popMany(1)[0];
  }

  /** @returns The last `count` values, in the order they were pushed. */
  popMany(count: number): PickleValue[] {
    this.#require(count);
    return this.#values.splice(-count);
  }

  mark(): void {
    if (this.#marks.length === MAX_MARKS)
      throw new FormatError(`its pickle is nested deeper than ${MAX_MARKS} levels`);
    this.#marks.push(this.#values.length);
  }

  /** @returns The values pushed since the last mark, which is removed with them. */
  popMark(): PickleValue[] {
    const start = this.#marks.pop();
    if (start === undefined) throw new FormatError('its pickle closes a group it never opened');
    return this.#values.splice(start);
  }

  // Values under the last mark are out of reach, as in CPython.
  #require(count: number): void {
    const floor = this.#marks.at(-1) ?? 0;
    if (this.#values.length - floor < count)
      throw new FormatError('its pickle takes more values than there are');
  }
}
