import {
  fid,
  kid,
  memorisation,
  precisionRecallDensityCoverage,
  type Score,
  score,
  vendi,
} from '@cxrkit/eval';
import type { TableBlock } from '../../eval/page/evaluation-page.js';
import {
  type FeatureSets,
  type ImageFeatures,
  readFeatureSets,
  readFeatures,
} from '../../eval/records/image-features.js';
import { UsageError } from '../../terminal/usage-error.js';
import type { Evaluate, Evaluation, EvaluationWork } from './evaluation.js';
import type { ImagesOptions } from './images-options.js';
import { imagesPage } from './images-page.js';
import { evaluatePairedImages } from './paired-images.js';
import { scoreJson, scoreTable } from './score-table.js';

/** Scores generated pictures against real ones by features, or pair by pair. */
export const evaluateImages: Evaluate = async (work) => {
  const { files } = work;
  if (files.length !== 2)
    throw new UsageError(
      `Expected real and generated pictures, two folders or two .npy files, got ${files.length}.`,
    );
  const sides = [files[0], files[1]] as const;
  const { paired, validation, bootstrap } = work.options as ImagesOptions;
  if (paired && validation !== undefined)
    throw new UsageError('--validation looks for copies by features; leave out --paired.');
  if (!paired && bootstrap > 0)
    throw new UsageError('--bootstrap gives intervals of --paired pictures only.');
  return paired ? await evaluatePairedImages(work, sides) : await evaluateFeatures(work, sides);
};

async function evaluateFeatures(
  work: EvaluationWork,
  sides: readonly [string, string],
): Promise<Evaluation> {
  const { skipper, task } = work;
  const options = work.options as ImagesOptions;
  const from = { ...options, task, skipper };
  const sets = await readFeatureSets(sides, from);
  const scores = featureScores(sets, options);
  const copies: TableBlock[] = [];
  if (options.validation !== undefined) {
    const validation = await readFeatures(options.validation, from);
    const found = copyScores(sets, validation);
    scores.push(...found.scores);
    copies.push(found.table);
  }
  const [real, generated] = sets;
  return {
    n: real.names.length + generated.names.length,
    json: { metrics: Object.fromEntries(scores.map((one) => [one.name, scoreJson(one)])) },
    tables: [scoreTable(scores), ...copies],
    notes: [],
    page: async () => imagesPage(sides, scores, copies),
  };
}

function featureScores([real, generated]: FeatureSets, options: ImagesOptions): Score[] {
  const { k, seed = 0 } = options;
  const n = real.names.length + generated.names.length;
  const smallest = Math.min(real.names.length, generated.names.length);
  const named = {
    features: real.extractor ?? 'npy',
    real: real.names.length,
    generated: generated.names.length,
  };
  const without = (name: string, least: number): Score =>
    score(name, named, n, null, { reason: `needs ${least} pictures on each side` });
  const prdc = smallest > k ? precisionRecallDensityCoverage(real, generated, { k }) : undefined;
  const names = ['precision', 'recall', 'density', 'coverage'] as const;
  const kernel = smallest < 2 ? undefined : kid(real, generated, { convention: 'clean-fid', seed });
  return [
    fid(real, generated),
    kernel === undefined ? without('kid', 2) : kernel.score,
    ...names.map((name) => (prdc === undefined ? without(name, k + 1) : prdc[name])),
    { ...vendi(generated), name: 'vendi' },
  ];
}

/** How near generated pictures come to the training pictures, which are then the real ones. */
function copyScores(
  [train, generated]: FeatureSets,
  validation: ImageFeatures,
): { readonly scores: Score[]; readonly table: TableBlock } {
  const found = memorisation({ generated, train, validation });
  const { copyRate, authenticity, nearerThanValidation, copies, copyThreshold } = found;
  return {
    scores: [copyRate, authenticity, nearerThanValidation],
    table: {
      kind: 'table',
      columns: ['possible copy', 'of', 'distance', `copies below ${copyThreshold.toFixed(4)}`],
      rows: copies
        .slice(0, 20)
        .map((i, rank) => [
          generated.names[i],
          train.names[found.generated.nearest[i]],
          found.generated.distances[i],
          { count: rank + 1 },
        ]),
    },
  };
}
