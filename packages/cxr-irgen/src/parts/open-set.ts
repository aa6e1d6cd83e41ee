import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError, ModelLoadError } from '@cxrkit/core';
import { MANIFEST_FILE, type OpenModelOptions } from '@cxrkit/core/model';
import { bartConfigSchema, vaeConfigSchema } from '../network/index.js';
import { priorArchitectureSchema, visionArchitectureSchema } from './architectures.js';
import { checkSet } from './check-set.js';
import { openEncoders } from './open-encoders.js';
import { openPart } from './open-part.js';
import type { PartSet } from './part-set.js';

/** Names of the denoisers, as their folders end. */
export const DENOISERS = ['sd-unet', 'u-vit'] as const;

/** Name of a denoiser of {@link DENOISERS}; its model folder is `vision-` and this name. */
export type DenoiserName = (typeof DENOISERS)[number];

/** What {@link openSet} takes. */
export interface OpenSetOptions {
  readonly model: string;
  readonly encoders: string;
  readonly vision?: DenoiserName | undefined;
  readonly reports?: boolean | undefined;
}

/**
 * Opens the folders of a set: `vae`, `vision-u-vit` or `vision-sd-unet`, `language`, `prior`, and its encoders.
 *
 * @throws {@link ModelLoadError} if one is missing, damaged or was trained with others than these.
 */
export async function openSet(
  { model, encoders, vision, reports = true }: OpenSetOptions,
  source: OpenModelOptions,
): Promise<PartSet> {
  const part = (name: string): string => `${model.replace(/\/+$/, '')}/${name}`;
  const denoiser = chooseDenoiser(model, vision);
  const set: PartSet = {
    encoders: await openEncoders(encoders, source),
    vae: await openPart(part('vae'), 'irgen-vae', vaeConfigSchema, source),
    vision: await openPart(
      part(`vision-${denoiser}`),
      'irgen-vision',
      visionArchitectureSchema,
      source,
    ),
    reports: reports
      ? {
          language: await openPart(part('language'), 'irgen-language', bartConfigSchema, source),
          prior: await openPart(part('prior'), 'irgen-prior', priorArchitectureSchema, source),
        }
      : undefined,
  };
  const { kind } = set.vision.architecture.denoiser;
  if (kind !== denoiser)
    throw new ModelLoadError(
      set.vision.folder.path,
      `expected a denoiser "${denoiser}", as its folder is called, got "${kind}".`,
    );
  checkSet(set);
  return set;
}

/** The denoiser asked for; else the first that a folder holds. What lies elsewhere cannot be looked at before. */
function chooseDenoiser(model: string, asked: DenoiserName | undefined): DenoiserName {
  if (asked !== undefined && !DENOISERS.includes(asked))
    throw new InvalidInputError('vision', `one of ${DENOISERS.join(', ')}`, asked);
  if (/^(hf|npm):/.test(model)) return asked ?? DENOISERS[0];
  const there = DENOISERS.filter((name) =>
    existsSync(join(model, `vision-${name}`, MANIFEST_FILE)),
  );
  const chosen = asked ?? there[0];
  if (chosen !== undefined && there.includes(chosen)) return chosen;
  const wanted = (asked === undefined ? DENOISERS : [asked]).map((name) => `vision-${name}`);
  const found = there.map((name) => `vision-${name}`).join(', ') || 'no denoiser';
  throw new ModelLoadError(
    model,
    `expected a set of CXR-IRGen models with ${wanted.join(' or ')}, found ${found}. Give another set, or ask for the denoiser that it has.`,
  );
}
