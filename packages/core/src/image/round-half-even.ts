/** From here on doubles are whole, so that adding it rounds by the processor's own rule: half to even. */
const WHOLE = 2 ** 52;

/** @returns `x` (below 2^51 in size) rounded to the nearest integer, halves to the even one: Python's `round` and C's `rint`. */
export function roundHalfEven(x: number): number {
  return x < 0 ? x - WHOLE + WHOLE : x + WHOLE - WHOLE;
}
