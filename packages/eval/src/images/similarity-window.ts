/** Where and how local means are taken. */
export interface SimilarityWindow {
  /** Weights of one side; the window is their outer product. */
  readonly weights: Float64Array;
  /** Factor of variances and covariances: 1, or n / (n - 1) for sample ones. */
  readonly covarianceFactor: number;
}

/**
 * Names of windows: `wang` is the 11 x 11 Gaussian, sigma 1.5, of Wang et al. 2004 in double precision, the same number as
 * skimage with `gaussian_weights`; `pytorch-msssim` rounds it to float32 as that program does; `skimage` is that
 * library's default, 7 x 7 uniform with sample covariances.
 */
export type SimilarityConvention = 'wang' | 'pytorch-msssim' | 'skimage';

/** @returns The window of a convention. */
export function similarityWindow(convention: SimilarityConvention): SimilarityWindow {
  if (convention === 'skimage')
    return { weights: new Float64Array(7).fill(1 / 7), covarianceFactor: 49 / 48 };
  const round = convention === 'wang' ? (x: number): number => x : Math.fround;
  return { weights: gaussian(11, 1.5, round), covarianceFactor: 1 };
}

/** Each step is rounded but the sum, which float32 additions in vector lanes happen to give exactly. */
function gaussian(size: number, sigma: number, round: (x: number) => number): Float64Array {
  const middle = (size - 1) / 2;
  const weights = Float64Array.from({ length: size }, (_, i) =>
    round(Math.exp(round(-((i - middle) ** 2) / (2 * sigma * sigma)))),
  );
  const sum = round(weights.reduce((total, weight) => total + weight, 0));
  return weights.map((weight) => round(weight / sum));
}
