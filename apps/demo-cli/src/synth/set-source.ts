import { join } from 'node:path';
import { type MiniSet, miniModelPath } from '@cxrkit/models-mini';
import { type ModelSources, stageSource } from '../pipeline/model-sources.js';

/** Name of the folder of a set beside those of the other stages. */
const SET: MiniSet = 'cxr-irgen';

/** Where a set of CXR-IRGen models and its encoders lie. */
export interface SetSources {
  readonly model: string;
  readonly encoders: string;
}

/**
 * Finds the set beside the models of the other stages: `cxr-irgen` in the root of `--models`, or among the mini models.
 *
 * @param set - That of `--set`, which wins.
 */
export function setSources(models: ModelSources | undefined, set: string | undefined): SetSources {
  return { model: set ?? besideOthers(models), encoders: stageSource(models, 'clip-classifier') };
}

function besideOthers(models: ModelSources | undefined): string {
  if (typeof models !== 'string') return miniModelPath(SET);
  return /^(hf|npm):/.test(models) ? `${models}/${SET}` : join(models, SET);
}
