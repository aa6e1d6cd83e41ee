/** Reads fields of one FlatBuffers table by their number in the schema (https://flatbuffers.dev/internals). */
export class FlatTable {
  #view;
  #start;
  #fields;
  #fieldsEnd;

  /**
   * @param {DataView} view - The whole file.
   * @param {number} start - Where the table begins.
   */
  constructor(view, start) {
    this.#view = view;
    this.#start = start;
    this.#fields = start - view.getInt32(start, true);
    this.#fieldsEnd = this.#fields + view.getUint16(this.#fields, true);
  }

  /** @param {Uint8Array} bytes */
  static root(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /**
   * A number; `fallback` where the file leaves the field out.
   *
   * @param {number} field
   * @param {'Int8' | 'Int32' | 'Uint32'} kind
   */
  number(field, kind, fallback = 0) {
    const at = this.#find(field);
    return at === undefined ? fallback : this.#view[`get${kind}`](at, true);
  }

  /** @param {number} field */
  table(field) {
    const at = this.#follow(field);
    return at === undefined ? undefined : new FlatTable(this.#view, at);
  }

  /**
   * A list of tables.
   *
   * @param {number} field
   */
  tables(field) {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, i) => {
      const at = start + 4 * i;
      return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
    });
  }

  /**
   * A list of numbers.
   *
   * @param {number} field
   * @param {'Int32' | 'Float32'} kind
   */
  numbers(field, kind) {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, i) => this.#view[`get${kind}`](start + 4 * i, true));
  }

  /**
   * A list of int64, as numbers.
   *
   * @param {number} field
   */
  longs(field) {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, i) => Number(this.#view.getBigInt64(start + 8 * i, true)));
  }

  /**
   * A list of bytes, without a copy.
   *
   * @param {number} field
   */
  bytes(field) {
    const { start, length } = this.#vector(field);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  /** @param {number} field */
  #find(field) {
    const slot = this.#fields + 4 + 2 * field;
    const offset = slot < this.#fieldsEnd ? this.#view.getUint16(slot, true) : 0;
    return offset === 0 ? undefined : this.#start + offset;
  }

  /** @param {number} field */
  #follow(field) {
    const at = this.#find(field);
    return at === undefined ? undefined : at + this.#view.getUint32(at, true);
  }

  /** @param {number} field */
  #vector(field) {
    const at = this.#follow(field);
    return at === undefined
      ? { start: 0, length: 0 }
      : { start: at + 4, length: this.#view.getUint32(at, true) };
  }
}
