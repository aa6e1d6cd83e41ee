import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelLoadError } from '../errors.js';
import { MANIFEST_FILE, type ModelManifest } from './manifest.js';
import { readManifest } from './parse-manifest.js';

/** A folder with a `model.json`: its manifest, or why that was refused. */
export type ModelListing =
  | { readonly path: string; readonly manifest: ModelManifest }
  | { readonly path: string; readonly problem: string };

const LEFTOVER = /\.(?:partial|old)-[0-9a-f]{12}$/;

/**
 * Lists every folder with a `model.json` in `root` and below, sorted by path.
 *
 * Skips `node_modules`, hidden folders and what an interrupted write left; does not follow links. A broken manifest is
 * listed with its problem.
 *
 * @throws {@link ModelLoadError} if `root` is not a readable folder.
 */
export async function listModelFolders(root: string): Promise<ModelListing[]> {
  try {
    await readdir(root);
  } catch (error) {
    throw new ModelLoadError(root, 'expected a folder to look for models in.', error);
  }
  const paths = await findManifests(root);
  return Promise.all(paths.sort().map((path) => describe(dirname(path))));
}

async function findManifests(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return isSkipped(entry.name) ? [] : findManifests(path);
      return entry.name === MANIFEST_FILE ? [path] : [];
    }),
  );
  return found.flat();
}

function isSkipped(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.') || LEFTOVER.test(name);
}

async function describe(path: string): Promise<ModelListing> {
  try {
    return { path, manifest: await readManifest(path) };
  } catch (error) {
    return { path, problem: error instanceof Error ? error.message : String(error) };
  }
}
