import { readFile } from 'node:fs/promises';
import { InvalidInputError } from '@cxrkit/core';
import type { FeatureMatrix } from '@cxrkit/eval';

const MAGIC = '\u0093NUMPY';

/**
 * Reads the matrix of a NumPy file (format 1.0 to 3.0; little-endian float32 or float64, C or Fortran order).
 *
 * @throws {@link InvalidInputError} if it is another file, another type, or not of two dimensions.
 * @see numpy.lib.format
 */
export async function readNpy(path: string): Promise<FeatureMatrix> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) throw new InvalidInputError(path, 'a .npy file', 'none');
  if (bytes.length < 10 || bytes.toString('latin1', 0, 6) !== MAGIC)
    throw new InvalidInputError(path, 'a .npy file', 'another format');
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const { type, isFortran, shape } = parseHeader(path, bytes.toString('latin1', start, end));
  const [rows, columns] = shape;
  const width = type === '<f8' ? 8 : 4;
  if (bytes.length - end !== rows * columns * width)
    throw new InvalidInputError(
      path,
      `${rows} x ${columns} numbers`,
      `${bytes.length - end} bytes of ${type}`,
    );
  const data = new Float64Array(rows * columns);
  const [rowStep, columnStep] = isFortran ? [1, rows] : [columns, 1];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const offset = end + (i * rowStep + j * columnStep) * width;
      data[i * columns + j] = width === 8 ? bytes.readDoubleLE(offset) : bytes.readFloatLE(offset);
    }
  return { dims: shape, data };
}

/** The header is a literal of Python: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseHeader(
  path: string,
  header: string,
): { readonly type: string; readonly isFortran: boolean; readonly shape: readonly number[] } {
  const [, type] = /'descr':\s*'([^']*)'/.exec(header) ?? [];
  const [, order] = /'fortran_order':\s*(True|False)/.exec(header) ?? [];
  const [, numbers = ''] = /'shape':\s*\(([^)]*)\)/.exec(header) ?? [];
  const shape = numbers.split(',').flatMap((text) => (text.trim() === '' ? [] : Number(text)));
  if (type !== '<f4' && type !== '<f8')
    throw new InvalidInputError(path, 'float32 or float64 numbers (<f4, <f8)', type);
  if (shape.length !== 2 || shape.includes(0))
    throw new InvalidInputError(path, 'an array of [pictures, features]', `(${numbers})`);
  return { type, isFortran: order === 'True', shape };
}
