import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { TaskOptions } from '@cxrkit/core';
import { type HubOptions, MANIFEST_FILE, openModelFolder } from '@cxrkit/core/model';
import type { ModelStage, StageModel } from '../result/analysis.js';
import { type ModelSources, stageSource } from './model-sources.js';

/** A model folder that was found and whose manifest was read. */
export interface OpenedModel {
  readonly stage: ModelStage;
  readonly path: string;
  readonly info: StageModel;
  readonly labels: readonly string[] | undefined;
}

/** What {@link openStage} takes. */
export interface OpenStageOptions
  extends TaskOptions,
    Pick<HubOptions, 'cacheDir' | 'offline' | 'accessToken'> {
  readonly models?: ModelSources | undefined;
}

/**
 * Finds the model of one stage, downloading it if its source says so.
 *
 * @throws {@link ModelLoadError} if it is missing, of another version or of another stage; {@link DownloadError}.
 */
export async function openStage(
  stage: ModelStage,
  options: OpenStageOptions,
): Promise<OpenedModel> {
  const { models, cacheDir, offline, accessToken, signal, onProgress } = options;
  const source = stageSource(models, stage);
  if (stage === 'clip-classifier' && isTransformersFolder(source))
    return { stage, ...(await describe(resolve(source), 'config.json')), labels: undefined };
  const { path, manifest } = await openModelFolder(source, {
    ...{ stage, cacheDir, offline, accessToken, signal, onProgress },
  });
  return { stage, ...(await describe(path, MANIFEST_FILE, manifest)), labels: manifest.labels };
}

/** A CLIP folder in the format of transformers.js, which has no manifest of ours. */
function isTransformersFolder(source: string): boolean {
  return existsSync(join(source, 'config.json')) && !existsSync(join(source, MANIFEST_FILE));
}

async function describe(
  path: string,
  file: string,
  { name, version }: Pick<StageModel, 'name' | 'version'> = {
    name: basename(path),
    version: 'unknown',
  },
): Promise<Pick<OpenedModel, 'path' | 'info'>> {
  const bytes = await readFile(join(path, file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, info: { name, version, sha256 } };
}
