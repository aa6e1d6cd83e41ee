import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TaskOptions } from '@cxrkit/core';
import { MANIFEST_FILE } from '@cxrkit/core/model';
import { loadCxrIrgen } from '@cxrkit/cxr-irgen';
import { exportVision } from '@cxrkit/cxr-irgen/convert';
import { trainVision } from '@cxrkit/cxr-irgen/train';
import { type FileSystem, writeFiles } from '../../output/write-files.js';
import { ORIGINS_FILE, originLines } from '../../synth/row-origins.js';
import { loaderOptions } from '../measure/measurement.js';
import { trainedMeta } from '../train/model-meta.js';
import { runOptions } from '../train/train-options.js';
import type { Arm } from './ablation-arms.js';
import { type AblationOptions, variantName } from './ablation-options.js';
import type { AblationModels, AblationPlan } from './ablation-plan.js';
import { ablationRows } from './ablation-rows.js';

/** One training of one side. */
export interface AblationRun {
  readonly arm: Arm;
  /** Number of the training, from 0. */
  readonly index: number;
  /** Holds everything of the run. */
  readonly folder: string;
}

/** What all runs share. */
export interface AblationWork {
  readonly options: AblationOptions;
  readonly plan: AblationPlan;
  readonly models: AblationModels;
  readonly command: string;
  readonly disk: FileSystem;
  readonly task: TaskOptions;
}

/** @returns The set of models of a run, trained unless it is there. */
export async function trainedSet(
  { arm, index, folder }: AblationRun,
  work: AblationWork,
): Promise<string> {
  const { options, plan, models, command, task } = work;
  const { network, shares, pictures } = plan;
  const set = join(folder, 'set');
  const out = join(set, `vision-${network.denoiser.kind}`);
  await mkdir(set, { recursive: true });
  const vae = join(set, 'vae');
  await rm(vae, { force: true });
  await symlink(resolve(models.autoencoder.path), vae, 'junction');
  if (existsSync(join(out, MANIFEST_FILE))) return set;
  const startedAt = Date.now();
  const seed = (options.seed ?? 0) + index;
  const items = pictures.map(({ item }) => item);
  const { batchSize, cache = join(options.out, 'cache') } = options;
  const {
    averageWeights: weights,
    trainedWith,
    typicalLatents,
  } = await trainVision({
    ...{ ...runOptions(options, task), network, items, seed, rules: arm.rules },
    ...{ autoencoder: models.autoencoder.path, encoders: models.encoders.path },
    ...{ runFolder: join(folder, 'run'), cacheFolder: cache },
    ...(shares && { shares }),
    ...(batchSize !== undefined && { batchSize }),
  });
  const summary = `Denoiser of an experiment on references: ${arm.name}, seed ${seed}.`;
  const name = `ablation-${arm.folder}-${seed}`;
  const meta = trainedMeta({ ...options, seed, name }, items, { command, startedAt, summary });
  await exportVision({ ...{ out, weights, network, trainedWith, typicalLatents, meta, ...task } });
  return set;
}

/** @returns The folder of the images of a run, made as far as they are not there. */
export async function madeImages(
  { arm, index, folder }: AblationRun,
  set: string,
  { options, plan, models, disk, task }: AblationWork,
): Promise<string> {
  const { count, sampler, steps, guidance, begin, seed = 0 } = options;
  const out = join(folder, variantName('images', options));
  const rows = await ablationRows(plan, arm.name, options);
  await using irgen = await loadCxrIrgen({
    ...{ model: set, encoders: models.encoders.path, reports: false },
    ...{ ...loaderOptions(options), ...task },
  });
  await irgen.synthesizeDataset({
    ...{ out, rows: rows.map(({ row }) => row), report: false, split: 'train' },
    // The same seeds on both sides.
    ...{ seed: seed + index * count, sampler, steps, guidance, begin, ...task },
  });
  await writeFiles({ [join(out, ORIGINS_FILE)]: originLines(rows) }, disk);
  return out;
}
