import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import {
  FAITHFUL_VISION,
  VISION_RULES,
  type VisionNetwork,
  type VisionRules,
  visionNetworkSchema,
} from '@cxrkit/cxr-irgen/train';
import { z } from 'zod';
import { type FileSystem, writeFiles } from '../../output/write-files.js';
import type { OpenedModel } from '../../pipeline/open-stage.js';
import { type NamedPicture, readPictures } from '../../synth/data-pictures.js';
import { SMALL_DENOISERS, type VisionTrainingConfig } from '../train/irgen-configs.js';
import { chosenRules, visionTrainingSchema } from '../train/irgen-rules.js';
import { readConfig } from '../train/train-options.js';
import type { AblationOptions } from './ablation-options.js';

/** What an experiment works on. */
export interface AblationPlan {
  readonly network: VisionNetwork;
  readonly rules: VisionRules;
  readonly shares: Readonly<Record<string, number>> | undefined;
  /** All pictures of the sources that are learned, without those of `test`. */
  readonly pictures: readonly NamedPicture[];
  readonly sources: readonly string[];
}

const configSchema: z.ZodType<VisionTrainingConfig> = z.strictObject({
  architecture: visionNetworkSchema,
  training: z.exactOptional(visionTrainingSchema),
});

/**
 * Reads the config and the data of an experiment.
 *
 * @throws {@link InvalidInputError} if pictures of `train` or `val` are missing.
 */
export async function readPlan({ data, config }: AblationOptions): Promise<AblationPlan> {
  const read = await readConfig(config, configSchema, SMALL_DENOISERS['sd-unet']);
  const { architecture: network, training = {} } = read;
  const { shares } = training;
  const pictures = (await readPictures(data)).filter(
    ({ item }) => item.split !== 'test' && shares?.[item.source] !== 0,
  );
  for (const split of ['train', 'val'])
    if (!pictures.some(({ item }) => item.split === split))
      throw new InvalidInputError('--data', `pictures of the ${split} split`, data.join(', '));
  return {
    ...{ network, shares, pictures },
    rules: chosenRules(training, { ours: VISION_RULES, faithful: FAITHFUL_VISION }),
    sources: [...new Set(pictures.map(({ item }) => item.source))],
  };
}

/** Models that an experiment stands on. */
export interface AblationModels {
  readonly autoencoder: OpenedModel;
  readonly encoders: OpenedModel;
  /** That of `--judge`. */
  readonly judge: OpenedModel | undefined;
}

/**
 * Takes the folder of an experiment for its settings; those that were begun there must be the same. More seeds may be
 * asked for later.
 *
 * @throws {@link InvalidInputError} if it is of another experiment.
 */
export async function claimFolder(
  options: AblationOptions,
  plan: AblationPlan,
  models: AblationModels,
  disk: FileSystem,
): Promise<void> {
  const { out } = options;
  const path = join(out, 'settings.json');
  const wanted = JSON.parse(JSON.stringify(settingsOf(options, plan, models))) as Settings;
  await mkdir(out, { recursive: true });
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    await writeFiles({ [path]: `${JSON.stringify(wanted, null, 2)}\n` }, disk);
    return;
  }
  const there = JSON.parse(text) as Settings;
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(there)])];
  const other = names.find((name) => JSON.stringify(wanted[name]) !== JSON.stringify(there[name]));
  if (other === undefined) return;
  throw new InvalidInputError(
    '--out',
    'a new folder, or one that the same experiment has begun',
    `one with ${other} ${JSON.stringify(there[other])}`,
    'Give another folder.',
  );
}

type Settings = Readonly<Record<string, unknown>>;

function settingsOf(
  options: AblationOptions,
  { network, rules, shares, pictures }: AblationPlan,
  { autoencoder, encoders, judge }: AblationModels,
): Settings {
  const { updates, batchSize, learningRate, count, sampler, steps, guidance, seed = 0 } = options;
  const data = createHash('sha256');
  for (const { id, item } of pictures)
    data.update(`${JSON.stringify([id, item.split, item.source, item.patient, item.findings])}\n`);
  return {
    ...{ updates, batchSize, learningRate, count, sampler, steps, guidance, seed },
    ...{ network, rules, shares },
    pictures: { count: pictures.length, sha256: data.digest('hex') },
    models: { autoencoder: autoencoder.info, encoders: encoders.info, judge: judge?.info },
  };
}
