import { resolve } from 'node:path';
import type { HubOptions } from './hub-client.js';
import { fetchHubModel } from './hub-source.js';
import { checkStage, type ModelFolder, modelFolder } from './model-folder.js';
import { findNpmModel } from './npm-source.js';
import { readManifest } from './parse-manifest.js';

/** Options of {@link openModelFolder}; those of the hub matter to `hf:` sources only. */
export interface OpenModelOptions extends HubOptions {
  /** Refuse a model of another stage. */
  readonly stage?: string | undefined;
  /** Folder from which `npm:` packages are looked up. @defaultValue the working directory */
  readonly resolveFrom?: string | undefined;
}

/**
 * Opens a model folder and checks its manifest; graphs are verified when they are asked for.
 *
 * @param source - A path; `npm:package/model` for an installed package; or `hf:owner/name[@revision][/subfolder]`,
 *   which is downloaded whole into the cache, resumably, with progress in bytes.
 * @throws {@link ModelLoadError} if there is no model, its manifest is invalid or of a later version, or its stage is wrong.
 * @throws {@link DownloadError} see {@link fetchHubModel}.
 */
export async function openModelFolder(
  source: string,
  options: OpenModelOptions = {},
): Promise<ModelFolder> {
  options.signal?.throwIfAborted();
  const path = await locate(source, options);
  const manifest = await readManifest(path);
  checkStage(path, manifest, options.stage);
  return modelFolder(path, manifest);
}

async function locate(source: string, options: OpenModelOptions): Promise<string> {
  if (source.startsWith('hf:')) return fetchHubModel(source, options);
  if (source.startsWith('npm:')) return findNpmModel(source, options.resolveFrom);
  return resolve(source);
}
