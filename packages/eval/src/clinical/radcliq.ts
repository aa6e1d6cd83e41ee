import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../score/metric.js';

/** The parts of RadCliQ for one report; each in [0, 1] but BERTScore and s_emb, which may be below 0. */
export interface RadCliqParts {
  /** {@link radGraphCombined}. */
  readonly radGraphCombined: number;
  /** BERTScore F1, distilroberta-base layer 5, idf of the references, rescaled. */
  readonly bertScore: number;
  /** Cosine of the CheXbert embeddings. */
  readonly sEmb: number;
  /** BLEU-2 with the preprocessing `radcliq`. */
  readonly bleu2: number;
}

/** v0 is the linear regression of the first release, v1 the one ReXrank uses. */
export type RadCliqVersion = 'v0' | 'v1';

interface Regression {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly coefficients: readonly number[];
  readonly intercept: number;
}

/** `normalizer.pkl`, `composite_metric_model.pkl`, `radcliq-v1.pkl` of CXR-Report-Metric, in the order of the parts. */
const REGRESSIONS: Readonly<Record<RadCliqVersion, Regression>> = {
  v0: {
    mean: [0.5398376, 0.63125496, 0.77167979, 0.46073721],
    scale: [0.30183444, 0.22466951, 0.24750334, 0.30336671],
    coefficients: [
      -0.4796252644863446, -0.6762170542369337, -0.46366575161751994, 0.2165861905287535,
    ],
    intercept: 1.641666666666666,
  },
  v1: {
    mean: [0.53792312, 0.61757256, 0.76479421, 0.44738335],
    scale: [0.30282584, 0.22430938, 0.25394391, 0.29892717],
    coefficients: [-0.377083683, -0.3703001, -0.252616218, 4.31504841e-12],
    intercept: 2.46655256e-10,
  },
};

/**
 * Computes RadCliQ, an estimate of the number of errors a radiologist would count: **lower is better**. All parts 1
 * give -1.44069031 (v1) and -0.24213342 (v0); all parts 0 give 2.45014310 and 5.51616079. ReXrank prints 1 / mean.
 *
 * @throws {@link InvalidInputError} if a part is not finite.
 * @see Yu et al. 2023, "Evaluating progress in automatic chest X-ray radiology report generation".
 */
export function radCliq(
  { radGraphCombined, bertScore, sEmb, bleu2 }: RadCliqParts,
  version: RadCliqVersion = 'v1',
): number {
  const { mean, scale, coefficients, intercept } = REGRESSIONS[version];
  const parts = Object.entries({ radGraphCombined, bertScore, sEmb, bleu2 });
  return parts.reduce((sum, [name, part], i) => {
    if (!Number.isFinite(part)) throw new InvalidInputError(name, 'a finite number', part);
    return sum + (coefficients[i] * (part - mean[i])) / scale[i];
  }, intercept);
}

/** Makes the mean RadCliQ over reports a metric; lower is better. */
export function radCliqMetric(version: RadCliqVersion = 'v1'): Metric<RadCliqParts> {
  return {
    name: `radcliq-${version}`,
    convention: { better: 'lower', agg: 'mean' },
    length: 2,
    stats: (parts) => Float64Array.of(radCliq(parts, version), 1),
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };
}
