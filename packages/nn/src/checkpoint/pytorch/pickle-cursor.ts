import { FormatError } from '../format-error.js';
import { narrowInteger } from './numpy-scalar.js';

const MAX_INTEGER_BYTES = 64;

/** Reads the arguments of pickle opcodes one after another. */
export class PickleCursor {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** @returns A length; one beyond 2^53 is inexact, and refused by whoever takes so many bytes. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Pickle's BINFLOAT is big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** @returns Two's complement, little-endian, of `length` bytes. */
  integer(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES)
      throw new FormatError(
        `it holds an integer of ${length} bytes; at most ${MAX_INTEGER_BYTES} are read`,
      );
    const digits = Buffer.from(this.take(length)).reverse().toString('hex');
    return length === 0 ? 0 : narrowInteger(BigInt.asIntN(length * 8, BigInt(`0x${digits}`)));
  }

  text(length: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    const { buffer, byteOffset, byteLength } = this.take(length);
    return Buffer.from(buffer, byteOffset, byteLength).toString(encoding);
  }

  /** @returns Text up to the next line feed, which is skipped. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new FormatError('its pickle ends in the middle of a name');
    const line = this.text(end - this.position);
    this.position++;
    return line;
  }

  #advance(length: number): number {
    const start = this.position;
    if (!(length <= this.#bytes.byteLength - start))
      throw new FormatError(`its pickle ends at byte ${this.#bytes.byteLength}, too early`);
    this.position += length;
    return start;
  }
}
