import { join } from 'node:path';
import { type MiniSet, miniModelPath } from '@cxrkit/models-mini';
import { type ModelSources, stageSource } from '../pipeline/model-sources.js';

/** Name of the folder of a set beside those of the other stages. */
const SET: MiniSet = 'cxr-irgen';

/** Where a set of CXR-IRGen models and its encoders lie. */
export interface SetSources {
  readonly model: string;
  readonly encoders: string;
  /** The classifier that judges images. */
  readonly judge: string;
}

/**
 * Finds the set beside the models of the other stages: `cxr-irgen` in the root of `--models`, or among the mini models.
 * Its encoders are the classifier's, unless `irgen-encoders` are given, as converted sets need them.
 *
 * @param set - That of `--set`, which wins.
 */
export function setSources(models: ModelSources | undefined, set: string | undefined): SetSources {
  const judge = stageSource(models, 'clip-classifier');
  const converted = typeof models === 'object' ? models['irgen-encoders'] : undefined;
  return { model: set ?? besideOthers(models), encoders: converted ?? judge, judge };
}

function besideOthers(models: ModelSources | undefined): string {
  if (typeof models !== 'string') return miniModelPath(SET);
  return /^(hf|npm):/.test(models) ? `${models}/${SET}` : join(models, SET);
}
