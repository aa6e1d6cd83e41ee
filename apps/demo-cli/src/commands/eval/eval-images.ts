import {
  fid,
  kid,
  memorisation,
  precisionRecallDensityCoverage,
  type Score,
  score,
  vendi,
} from '@cxrkit/eval';
import {
  type FeatureSets,
  type ImageFeatures,
  readFeatureSets,
  readFeatures,
} from '../../eval/records/image-features.js';
import { UsageError } from '../../terminal/usage-error.js';
import type { Evaluate, Evaluation, EvaluationWork } from './evaluation.js';
import type { ImagesOptions } from './images-options.js';
import { type Copies, imagesPage } from './images-page.js';
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
  let copies: Copies | undefined;
  if (options.validation !== undefined) {
    const validation = await readFeatures(options.validation, from);
    const found = copyScores(sets, validation);
    scores.push(...found.scores);
    copies = found.copies;
  }
  const [real, generated] = sets;
  return {
    n: real.names.length + generated.names.length,
    json: { metrics: Object.fromEntries(scores.map((one) => [one.name, scoreJson(one)])) },
    tables: [
      scoreTable(scores),
      ...(copies !== undefined && copies.list.length > 0 ? [copies.table] : []),
    ],
    notes: [],
    page: () =>
      imagesPage(sides, {
        facts: [`${real.names.length} real`, `${generated.names.length} generated`],
        note: 'FID and KID: lower is nearer to the real pictures. FID falls with the number of pictures and depends on the features: compare equal signatures only.',
        ...{ scores, copies },
      }),
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

/** Possible copies that are listed. */
const MOST_COPIES = 20;

/** How near generated pictures come to the training pictures, which are then the real ones. */
function copyScores(
  [train, generated]: FeatureSets,
  validation: ImageFeatures,
): { readonly scores: Score[]; readonly copies: Copies } {
  const found = memorisation({ generated, train, validation });
  const { copyRate, authenticity, nearerThanValidation, copyThreshold } = found;
  const list = found.copies.slice(0, MOST_COPIES).map((i) => ({
    copy: generated.names[i],
    original: train.names[found.generated.nearest[i]],
    distance: found.generated.distances[i],
  }));
  return {
    scores: [copyRate, authenticity, nearerThanValidation],
    copies: {
      table: {
        kind: 'table',
        columns: ['possible copy', 'of', `distance (below ${copyThreshold.toFixed(4)})`],
        rows: list.map(({ copy, original, distance }) => [copy, original, distance]),
      },
      list,
    },
  };
}
