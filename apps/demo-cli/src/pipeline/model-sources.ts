import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_FILE } from '@cxrkit/core/model';
import type { Stage } from '../result/analysis.js';

/** The small models that come with this package. */
export const MINI_MODELS = 'npm:@cxrkit/models-mini';

/**
 * Where the models lie: a root that holds a folder for each stage (`detector`, `report-gen`, `clip-classifier`), which
 * may be a path, `npm:package` or `hf:owner/name[@revision]`; or the source of each stage. A root that is itself a model
 * folder stands for every stage, so only its own can load it.
 */
export type ModelSources = string | Readonly<Partial<Record<Stage, string>>>;

/** @returns The source of one stage, for `openModelFolder`; the mini models where none is given. */
export function stageSource(models: ModelSources | undefined, stage: Stage): string {
  if (typeof models === 'object') return models[stage] ?? `${MINI_MODELS}/${stage}`;
  const root = models ?? MINI_MODELS;
  if (/^(hf|npm):/.test(root)) return root.split('/').at(-1) === stage ? root : `${root}/${stage}`;
  return existsSync(join(root, MANIFEST_FILE)) ? root : join(root, stage);
}
