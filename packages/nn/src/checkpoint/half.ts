/**
 * Converts IEEE 754 half precision to single precision; exact.
 *
 * @param halves - Raw bits, as a `float16` tensor holds them.
 */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < bits.length; i++) bits[i] = singleBits(halves[i]);
  return new Float32Array(bits.buffer);
}

/**
 * Converts single precision to IEEE 754 half precision, rounding to nearest, ties to even.
 *
 * Magnitudes of 65520 and more become infinity, 2^-25 and less become zero; NaN stays NaN (quiet).
 *
 * @returns Raw bits, as a `float16` tensor holds them.
 */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = halfBits(bits[i]);
  return halves;
}

/**
 * Converts bfloat16 (the upper half of a single) to single precision; exact.
 *
 * @param halves - Raw bits.
 */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < bits.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}

function singleBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  // Subnormal: mantissa * 2^-24, whose leading one becomes the implicit bit of a single.
  const lead = 31 - Math.clz32(mantissa);
  return sign | ((lead + 103) << 23) | ((mantissa << (23 - lead)) & 0x7fffff);
}

function halfBits(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520: half-way to the first number too large
  if (magnitude < 0x38800000) return sign | subnormalHalf(magnitude); // below 2^-14
  const rebased = magnitude - 0x38000000; // exponent bias 127 -> 15
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

function subnormalHalf(magnitude: number): number {
  if (magnitude <= 0x33000000) return 0; // 2^-25, a tie with zero, which is even
  const shift = 126 - (magnitude >>> 23); // 14..24
  const mantissa = 0x800000 | (magnitude & 0x7fffff);
  const quotient = mantissa >>> shift;
  const remainder = mantissa & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  const roundsUp = remainder > tie || (remainder === tie && (quotient & 1) === 1);
  return roundsUp ? quotient + 1 : quotient;
}
