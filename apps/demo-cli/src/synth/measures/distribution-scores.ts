import type { ModelScore } from '@cxrkit/core/model';
import { fid } from '@cxrkit/eval';
import type { ScoreContext } from '../../commands/measure/score.js';
import { type Distances, type Distribution, distribution, featureMatrix } from './distribution.js';
import { proportional } from './halvings.js';
import { plainScore, spread } from './plain-score.js';
import type { RealPicture } from './real-pictures.js';
import type { SeenSynthetic } from './synthetic-pictures.js';

const SHARES = ['precision', 'recall', 'density', 'coverage'] as const;

/** Scores of how far synthetic pictures lie from real ones, beside those of real ones among themselves. */
export function distributionScores(
  synthetic: readonly SeenSynthetic[],
  real: readonly RealPicture[],
  extractor: string,
  context: ScoreContext,
): ModelScore[] {
  const compared = distribution(synthetic, real, { seed: context.seed, extractor });
  const { n } = compared;
  const dataset = [...new Set(real.map(({ item }) => item.source))].join(' + ');
  const how = `${extractor}, ${compared.real.length} halvings of ${real.length} real, n a side`;
  const made = (metric: string, values: readonly number[]): ModelScore =>
    plainScore(metric, { dataset, n, ...spread(values) }, context);
  const both = (name: string, numberOf: (one: Distances) => number | undefined): ModelScore[] =>
    (['synthetic', 'real'] as const).flatMap((side) => {
      const values = compared[side].map(numberOf);
      return values.every((value) => value !== undefined)
        ? [made(`${name}, ${side} against real (${how})`, values)]
        : [];
    });
  const all = fidOfAll(synthetic, real, extractor);
  return [
    ...both('FID', (one) => one.fid),
    plainScore(
      `FID, ratio of the mean to that of real against real (${how})`,
      { dataset, n, ...fidRatio(compared) },
      context,
    ),
    plainScore(
      `FID, all ${synthetic.length} synthetic against ${all.n} real in the same shares (${extractor})`,
      { dataset, n: synthetic.length + all.n, value: all.value },
      context,
    ),
    ...both('KID x 1000', (one) => 1000 * one.kid),
    ...SHARES.flatMap((name) => both(name, (one) => one[name])),
  ];
}

/** @returns Ratio of the means over draws, and the middle 95 % of the ratios of single draws. */
function fidRatio({ synthetic, real }: Distribution): ReturnType<typeof spread> {
  const { ci95 } = spread(synthetic.map((one, i) => one.fid / real[i].fid));
  const mean = (side: readonly Distances[]): number => spread(side.map((one) => one.fid)).value;
  return { value: mean(synthetic) / mean(real), ci95 };
}

/** FID of all pictures; the real ones in the shares of the sources that the synthetic ones have. */
function fidOfAll(
  synthetic: readonly SeenSynthetic[],
  real: readonly RealPicture[],
  extractor: string,
): { readonly value: number; readonly n: number } {
  const sources = [...new Set(synthetic.map(({ source }) => source))];
  const isKnown = !sources.includes(undefined);
  const sets = sources.map((source) => real.filter(({ item }) => item.source === source));
  const sizes = proportional(
    sources.map((source) => synthetic.filter((one) => one.source === source).length),
    sets.map(({ length }) => length),
  );
  const taken = isKnown ? sets.flatMap((set, i) => set.slice(0, sizes[i])) : real;
  const matrix = (some: readonly { readonly seen: { readonly features: Float32Array } }[]) =>
    featureMatrix(
      some.map(({ seen }) => seen.features),
      extractor,
    );
  return {
    value: fid(matrix(taken), matrix(synthetic)).value ?? Number.NaN,
    n: taken.length,
  };
}
