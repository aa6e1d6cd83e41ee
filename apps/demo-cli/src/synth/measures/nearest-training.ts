import type { ModelScore } from '@cxrkit/core/model';
import { type Memorisation, memorisation } from '@cxrkit/eval';
import { measured, type ScoreContext } from '../../commands/measure/score.js';
import type { TrainingImage } from '../../datasets/training-image.js';
import { featureMatrix } from './distribution.js';
import { plainScore } from './plain-score.js';
import type { RealPicture } from './real-pictures.js';
import type { SeenSynthetic } from './synthetic-pictures.js';

/** How near synthetic pictures come to those that the generator learned from. */
export interface NearestTraining {
  readonly result: Memorisation;
  /** Pictures of the train split; `nearest` counts in them. */
  readonly train: readonly TrainingImage[];
}

/** Names of the quantiles that eval gives. */
const QUANTILES = ['minimum', '5 %', '25 %', 'median', '75 %', '95 %', 'maximum'];

/**
 * Finds the nearest training picture of each synthetic and of each real picture of `val`, by Euclidean distance of
 * features.
 *
 * @returns `undefined` without two training pictures and one of `val`.
 */
export function nearestTraining(
  synthetic: readonly SeenSynthetic[],
  real: readonly RealPicture[],
  extractor: string,
): NearestTraining | undefined {
  const ofSplit = (split: string): RealPicture[] => real.filter(({ item }) => item.split === split);
  const [train, validation] = [ofSplit('train'), ofSplit('val')];
  if (train.length < 2 || validation.length === 0) return undefined;
  const matrix = (some: readonly { readonly seen: { readonly features: Float32Array } }[]) =>
    featureMatrix(
      some.map(({ seen }) => seen.features),
      extractor,
    );
  return {
    result: memorisation({
      ...{ generated: matrix(synthetic), train: matrix(train), validation: matrix(validation) },
    }),
    train: train.map(({ item }) => item),
  };
}

/** Scores of {@link nearestTraining}: quantiles of both sides, and what speaks for copies. */
export function nearestScores(
  { result, train }: NearestTraining,
  extractor: string,
  context: ScoreContext,
): ModelScore[] {
  const dataset = [...new Set(train.map(({ source }) => source))].join(' + ');
  const how = `distance to the nearest of ${train.length} training pictures`;
  const { generated, validation, copyThreshold, nearerThanValidation } = result;
  const sides = [
    ['synthetic', generated],
    ['real of val', validation],
  ] as const;
  const distances = [...generated.distances];
  return [
    ...QUANTILES.flatMap((name, q) =>
      sides.map(([side, { quantiles, distances: all }]) =>
        plainScore(
          `${how}, ${name}, ${side} (${extractor})`,
          { dataset, n: all.length, value: quantiles[q] },
          context,
        ),
      ),
    ),
    ...measured(
      'share of images nearer to a training picture than 95 % of the real of val are (chance: 0.05)',
      dataset,
      distances,
      (sample) => sample.filter((distance) => distance < copyThreshold).length / sample.length,
      context,
    ),
    plainScore(
      'chance that an image is nearer to the training pictures than a real one of val (no sign of copies: 0.5)',
      { dataset, n: distances.length, value: nearerThanValidation.value ?? Number.NaN },
      context,
    ),
  ];
}
