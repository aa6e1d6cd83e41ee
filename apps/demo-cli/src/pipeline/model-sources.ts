import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { MANIFEST_FILE } from '@cxrkit/core/model';
import { MINI_MODELS, type MiniSet, miniModelPath } from '@cxrkit/models-mini';
import type { ModelStage } from '../result/analysis.js';

/** Folder of the set of CXR-IRGen beside the stages. */
const SET: MiniSet = 'cxr-irgen';

/**
 * Where the models lie: a root that holds a folder for each stage (`detector`, `report-gen`, `clip-classifier`), which
 * may be a path, `npm:package` or `hf:owner/name[@revision]`; or the source of each stage. A root that is itself a model
 * folder stands for every stage, so only its own can load it.
 */
export type ModelSources = string | Readonly<Partial<Record<ModelStage, string>>>;

/** @returns The source of one stage, for `openModelFolder`; the mini models where none is given. */
export function stageSource(models: ModelSources | undefined, stage: ModelStage): string {
  if (models === undefined) return ownModel(stage);
  if (typeof models === 'object') return models[stage] ?? ownModel(stage);
  if (/^(hf|npm):/.test(models))
    return models.split('/').at(-1) === stage ? models : `${models}/${stage}`;
  if (existsSync(join(models, MANIFEST_FILE))) return models;
  const part = partName(stage);
  const ofSet = part && join(models, SET, part);
  return ofSet && !existsSync(join(models, stage)) && existsSync(ofSet)
    ? ofSet
    : join(models, stage);
}

/** @returns Folder of a stage's model in a set of CXR-IRGen, where it has one alone. */
function partName(stage: ModelStage): string | undefined {
  return /^irgen-(vae|language|prior)$/.exec(stage)?.[1];
}

function ownModel(stage: ModelStage): string {
  const own = MINI_MODELS.find((name) => name === stage);
  if (own !== undefined) return miniModelPath(own);
  const part = partName(stage);
  if (part !== undefined) return join(miniModelPath(SET), part);
  throw new InvalidInputError('models', `${stage}=FOLDER, since no mini model is one`, undefined);
}
