/** @typedef {import('./tflite-graph.mjs').TfliteTensor} TfliteTensor */

/**
 * Real numbers of a constant: scale * (stored - zero point), per slice along `axis`.
 *
 * @param {TfliteTensor} tensor
 */
export function dequantize({ dims, type, bytes, scales, zeroPoints, axis }) {
  const stored = typedView(type, bytes);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (stored.length !== count)
    throw new Error(`Expected ${count} numbers for [${dims}], got ${stored.length}`);
  if (scales.length === 0) return Float32Array.from(stored);
  if (scales.length !== 1 && scales.length !== dims[axis])
    throw new Error(`Expected 1 or ${dims[axis]} scales, got ${scales.length}`);
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  return Float32Array.from(stored, (value, i) => {
    const slice = scales.length === 1 ? 0 : Math.floor(i / inner) % dims[axis];
    return scales[slice] * (value - (zeroPoints[slice] ?? 0));
  });
}

/**
 * @param {TfliteTensor['type']} type
 * @param {Uint8Array} bytes
 */
function typedView(type, bytes) {
  const copy = bytes.slice().buffer;
  if (type === 'int8') return new Int8Array(copy);
  if (type === 'uint8') return new Uint8Array(copy);
  return type === 'int32' ? new Int32Array(copy) : new Float32Array(copy);
}

/**
 * Kernel in PyTorch's order, `[out, in / groups, height, width]`.
 *
 * @param {TfliteTensor} tensor - `[out, height, width, in]`, or `[1, height, width, channels]` if depthwise.
 * @param {boolean} isDepthwise
 */
export function toKernel(tensor, isDepthwise) {
  const values = dequantize(tensor);
  const [first, height, width, last] = tensor.dims;
  const dims = isDepthwise ? [last, first, height, width] : [first, last, height, width];
  const data = new Float32Array(values.length);
  const [outputs, inputs] = dims;
  for (let out = 0; out < outputs; out++)
    for (let input = 0; input < inputs; input++)
      for (let pixel = 0; pixel < height * width; pixel++) {
        const [slow, fast] = isDepthwise ? [input, out] : [out, input];
        data[(out * inputs + input) * height * width + pixel] =
          values[(slow * height * width + pixel) * last + fast];
      }
  return { type: /** @type {const} */ ('float32'), dims, data };
}
