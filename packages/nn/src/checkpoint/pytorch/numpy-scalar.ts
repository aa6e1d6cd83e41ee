import { FormatError } from '../format-error.js';
import { ofKind, type PickleValue } from './pickle-value.js';

type Getter = (view: DataView, littleEndian: boolean) => number | bigint | boolean;

/** Readers by the type code numpy pickles. */
const GETTERS: ReadonlyMap<string, Getter> = new Map<string, Getter>([
  ['f8', (view, little) => view.getFloat64(0, little)],
  ['f4', (view, little) => view.getFloat32(0, little)],
  ['i8', (view, little) => narrowInteger(view.getBigInt64(0, little))],
  ['i4', (view, little) => view.getInt32(0, little)],
  ['i2', (view, little) => view.getInt16(0, little)],
  ['i1', (view) => view.getInt8(0)],
  ['u8', (view, little) => narrowInteger(view.getBigUint64(0, little))],
  ['u4', (view, little) => view.getUint32(0, little)],
  ['u2', (view, little) => view.getUint16(0, little)],
  ['u1', (view) => view.getUint8(0)],
  ['b1', (view) => view.getUint8(0) !== 0],
]);

/**
 * Makes a number of `numpy.core.multiarray.scalar(dtype, bytes)`.
 *
 * @throws {@link FormatError} for types without a JavaScript number and for bytes of another length.
 */
export function numpyScalar([dtype, bytes]: readonly PickleValue[]): PickleValue {
  const type = ofKind(dtype, 'object');
  const code = type?.args[0];
  const getter = typeof code === 'string' ? GETTERS.get(code) : undefined;
  if (getter === undefined || typeof code !== 'string')
    throw new FormatError(`it holds a numpy scalar of the unsupported type ${String(code)}`);
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== Number(code.slice(1)))
    throw new FormatError(`it holds a numpy scalar of type ${code} with the wrong number of bytes`);
  // The dtype's state is (version, byte order, ...).
  const isBigEndian = Array.isArray(type?.state) && type.state[1] === '>';
  return getter(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), !isBigEndian);
}

/** @returns A number while that is exact. */
export function narrowInteger(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}
