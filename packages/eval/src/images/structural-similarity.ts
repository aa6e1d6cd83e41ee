import type { Plane } from './image-pair.js';
import type { SimilarityWindow } from './similarity-window.js';

/** Means over all windows that lie inside the image. */
interface Similarity {
  /** Of luminance, contrast and structure. */
  readonly ssim: number;
  /** Of contrast and structure. */
  readonly contrastStructure: number;
}

const [K1, K2] = [0.01, 0.03];

/**
 * Computes the structural similarity of two planes (Wang et al. 2004, equations 13 and 14).
 *
 * @param range - Largest less smallest possible value, such as 255.
 */
export function structuralSimilarity(
  x: Plane,
  y: Plane,
  { weights, covarianceFactor }: SimilarityWindow,
  range: number,
): Similarity {
  const c1 = (K1 * range) ** 2;
  const c2 = (K2 * range) ** 2;
  const local = (a: Float64Array, b?: Float64Array): Float64Array =>
    localMeans(b === undefined ? a : a.map((value, i) => value * b[i]), x.width, x.height, weights);
  const [meanX, meanY] = [local(x.data), local(y.data)];
  const [xx, yy, xy] = [local(x.data, x.data), local(y.data, y.data), local(x.data, y.data)];
  let ssim = 0;
  let contrastStructure = 0;
  for (let i = 0; i < meanX.length; i++) {
    const mx = meanX[i];
    const my = meanY[i];
    const varianceX = covarianceFactor * (xx[i] - mx * mx);
    const varianceY = covarianceFactor * (yy[i] - my * my);
    const covariance = covarianceFactor * (xy[i] - mx * my);
    const cs = (2 * covariance + c2) / (varianceX + varianceY + c2);
    contrastStructure += cs;
    ssim += ((2 * mx * my + c1) / (mx * mx + my * my + c1)) * cs;
  }
  return { ssim: ssim / meanX.length, contrastStructure: contrastStructure / meanX.length };
}

/** Weighted means over windows inside the plane, along rows and then along columns. */
function localMeans(
  data: Float64Array,
  width: number,
  height: number,
  weights: Float64Array,
): Float64Array {
  const size = weights.length;
  const columns = width - size + 1;
  const rows = height - size + 1;
  const across = new Float64Array(columns * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let t = 0; t < size; t++) sum += weights[t] * data[y * width + x + t];
      across[y * columns + x] = sum;
    }
  const means = new Float64Array(columns * rows);
  for (let y = 0; y < rows; y++)
    for (let t = 0; t < size; t++) {
      const weight = weights[t];
      for (let x = 0; x < columns; x++)
        means[y * columns + x] += weight * across[(y + t) * columns + x];
    }
  return means;
}
