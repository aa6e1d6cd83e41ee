import type { GrayImage } from '@cxrkit/core/image';

/**
 * Samples a picture on a mask's grid and smooths it, more along the body than across: ribs fade,
 * the borders of the heart stay.
 *
 * @param sigmaX - Standard deviation in columns of the mask.
 * @param sigmaY - Standard deviation in rows of the mask.
 * @returns `[height, width]` grey levels in [0, 255].
 */
export function smoothPicture(
  picture: GrayImage,
  width: number,
  height: number,
  sigmaX: number,
  sigmaY: number,
): Float32Array {
  const sampled = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * picture.height) / height) * picture.width;
    for (let x = 0; x < width; x++) {
      sampled[y * width + x] = picture.data[row + Math.floor(((x + 0.5) * picture.width) / width)];
    }
  }
  const across = smoothed(sampled, width, height, 1, sigmaX);
  return smoothed(across, height, width, width, sigmaY);
}

/** Gaussian along lines of `length` elements `step` apart; the ends are repeated. */
function smoothed(
  values: Float32Array,
  length: number,
  lines: number,
  step: number,
  sigma: number,
): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((a, b) => a + b, 0);
  const result = new Float32Array(values.length);
  for (let line = 0; line < lines; line++) {
    const start = line * (step === 1 ? length : 1);
    for (let i = 0; i < length; i++) {
      let value = 0;
      for (let k = -radius; k <= radius; k++) {
        const j = Math.min(Math.max(i + k, 0), length - 1);
        value += kernel[k + radius] * values[start + j * step];
      }
      result[start + i * step] = value / sum;
    }
  }
  return result;
}
