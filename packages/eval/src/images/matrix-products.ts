import {
  multiplyTransposed,
  type TransposedProduct,
} from './linear-algebra/multiply-transposed.js';

/**
 * Multiplies `[m, k]` by the transpose of `[n, k]`, both row-major, giving `[m, n]`; another machine for the products
 * of {@link fidAsync}, such as a MatMul graph in onnxruntime.
 */
export type MatrixMultiplier = (
  a: Float64Array,
  b: Float64Array,
  m: number,
  n: number,
  k: number,
) => Promise<Float64Array>;

/** A computation that hands its matrix products out, so that one text runs at once or awaits another machine. */
export type ProductSteps<T> = Generator<TransposedProduct, T, Float64Array>;

/** Runs a computation at once, with the products of this package. */
export function runProducts<T>(steps: ProductSteps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next(multiplyTransposed(step.value));
  return step.value;
}

/** Runs a computation whose products another machine makes; the event loop breathes between them. */
export async function runProductsAsync<T>(
  steps: ProductSteps<T>,
  multiply: MatrixMultiplier,
  signal?: AbortSignal,
): Promise<T> {
  let step = steps.next();
  while (step.done !== true) {
    signal?.throwIfAborted();
    const { a, b, m, n, k } = step.value;
    step = steps.next(await multiply(a, b, m, n, k));
  }
  return step.value;
}
