/**
 * Makes a Householder reflection I - beta u u^T that maps a vector onto its first axis
 * (Golub & Van Loan 2013, section 5.1).
 *
 * @param u - Holds the vector in `start..end`; becomes u there.
 * @returns The first element of the image, and beta; beta is 0 where nothing is to be done.
 */
export function reflector(
  u: Float64Array,
  start: number,
  end: number,
): { readonly image: number; readonly beta: number } {
  const x = u[start];
  let rest = 0;
  for (let i = start + 1; i < end; i++) rest += u[i] * u[i];
  if (rest === 0) return { image: x, beta: 0 };
  const norm = Math.sqrt(rest + x * x);
  const image = x > 0 ? -norm : norm;
  u[start] = x - image;
  return { image, beta: 1 / (norm * (norm + Math.abs(x))) };
}
