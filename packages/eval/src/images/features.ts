import { InvalidInputError } from '@cxrkit/core';
import type { Rows } from './linear-algebra/squared-distances.js';

/** Features of images, one row each; a float `Tensor` of core is one. */
export interface FeatureMatrix {
  /** `[n, d]` */
  readonly dims: readonly number[];
  /** `[n * d]` row-major, finite. */
  readonly data: Float32Array | Float64Array;
  /** What made them, with its resizing, such as `inception-2015-12-05/pytorch-fid`; features of two do not compare. */
  readonly extractor?: string;
}

/**
 * Checks features and gives them in double precision.
 *
 * @throws {@link InvalidInputError} if `dims` is not `[n, d]` with d >= 1, does not fit the data, or a value is not finite.
 */
export function featureRows(features: FeatureMatrix, name: string): Rows {
  const [n, d] = features.dims;
  if (features.dims.length !== 2 || d < 1)
    throw new InvalidInputError(`${name}.dims`, '[n, d] with d >= 1', features.dims);
  if (features.data.length !== n * d)
    throw new InvalidInputError(`${name}.data`, `${n * d} values`, features.data.length);
  const data =
    features.data instanceof Float64Array ? features.data : Float64Array.from(features.data);
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      throw new InvalidInputError(
        `${name}[${Math.floor(i / d)}, ${i % d}]`,
        'a finite number',
        data[i],
        'Leave out images whose features could not be computed.',
      );
  return { data, n, d };
}

/** @throws {@link InvalidInputError} if rows differ in length or come from extractors of two names. */
export function checkComparable(
  a: { readonly d: number; readonly extractor?: string | undefined },
  b: { readonly d: number; readonly extractor?: string | undefined },
): void {
  if (a.d !== b.d) throw new InvalidInputError('features', `rows of the same length, ${a.d}`, b.d);
  if (a.extractor !== undefined && b.extractor !== undefined && a.extractor !== b.extractor)
    throw new InvalidInputError('extractor', `one of both sides, "${a.extractor}"`, b.extractor);
}

/** Checks two sets of features that are to be compared. @throws {@link InvalidInputError} */
export function comparableRows(
  real: FeatureMatrix,
  generated: FeatureMatrix,
): { readonly real: Rows; readonly generated: Rows; readonly extractor: string } {
  const sides = { real: featureRows(real, 'real'), generated: featureRows(generated, 'generated') };
  checkComparable(
    { d: sides.real.d, extractor: real.extractor },
    { d: sides.generated.d, extractor: generated.extractor },
  );
  return { ...sides, extractor: real.extractor ?? generated.extractor ?? 'unnamed' };
}

/** Copies rows scaled to length 1. @throws {@link InvalidInputError} for a row of zeros: it has no direction. */
export function unitRows({ data, n, d }: Rows, name: string): Rows {
  const unit = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let j = i * d; j < (i + 1) * d; j++) square += data[j] * data[j];
    if (square === 0) throw new InvalidInputError(`${name}[${i}]`, 'a vector other than zero', 0);
    const length = Math.sqrt(square);
    for (let j = i * d; j < (i + 1) * d; j++) unit[j] = data[j] / length;
  }
  return { data: unit, n, d };
}
