import { InvalidInputError, type Tensor, type Tensors } from '@cxrkit/core';
import { decodeTensor, STORED_TYPES } from '../checkpoint/stored-type.js';

/**
 * Joins sets of like tensors: each gets one axis more in front.
 *
 * @throws {@link InvalidInputError} if a set has other names, types or shapes than the first.
 */
export function stackTensors(sets: readonly Tensors[]): Tensors {
  const names = Object.keys(sets[0]).sort();
  for (const set of sets)
    if (String(Object.keys(set).sort()) !== String(names))
      throw new InvalidInputError('each batch of a run', names.join(', '), Object.keys(set));
  return Object.fromEntries(names.map((name) => [name, stack(name, sets)]));
}

function stack(name: string, sets: readonly Tensors[]): Tensor {
  const { type, dims, data } = sets[0][name];
  const joined = new Uint8Array(data.byteLength * sets.length);
  for (const [i, set] of sets.entries()) {
    const other = set[name];
    const isLike = other.type === type && String(other.dims) === String(dims);
    if (!isLike || other.data.byteLength !== data.byteLength)
      throw new InvalidInputError(
        `input "${name}" of each batch of a run`,
        `${type} [${dims}], as in the first`,
        `${other.type} [${other.dims}]`,
      );
    const { buffer, byteOffset, byteLength } = other.data;
    joined.set(new Uint8Array(buffer, byteOffset, byteLength), i * byteLength);
  }
  return decodeTensor(STORED_TYPES[type], [sets.length, ...dims], joined.buffer);
}
