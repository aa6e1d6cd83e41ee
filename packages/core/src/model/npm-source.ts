import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ModelLoadError } from '../errors.js';
import { listModelFolders } from './list-model-folders.js';
import { MANIFEST_FILE } from './manifest.js';
import { isSafeRelativePath } from './safe-path.js';

const NPM_SOURCE = /^npm:((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)(?:\/(.+))?$/;

/**
 * Finds the model folder of an installed npm package: `npm:@scope/package/name` is `<package>/models/name`.
 *
 * Without a name the package must hold `model.json` itself or exactly one model under `models`.
 *
 * @param resolveFrom - Folder whose `node_modules` (and its parents') are searched before those of this package.
 * @throws {@link ModelLoadError} if the package or the model is not there; names the models that are.
 */
export async function findNpmModel(
  source: string,
  resolveFrom: string = process.cwd(),
): Promise<string> {
  const [, name, model] = NPM_SOURCE.exec(source) ?? [];
  if (name === undefined || (model !== undefined && !isSafeRelativePath(model)))
    throw new ModelLoadError(
      source,
      'expected npm:package/model, such as npm:@cxrkit/models-mini/detector.',
    );
  const root = findPackage(name, resolveFrom);
  if (root === undefined)
    throw new ModelLoadError(
      source,
      `the package ${name} is not installed in ${resolveFrom} or above. Run npm install ${name}.`,
    );
  if (model === undefined && existsSync(join(root, MANIFEST_FILE))) return root;
  const models = await listModels(join(root, 'models'));
  const chosen = model ?? (models.length === 1 ? models[0] : undefined);
  if (chosen !== undefined && existsSync(join(root, 'models', chosen, MANIFEST_FILE)))
    return join(root, 'models', chosen);
  const problem = model === undefined ? 'name one of its models' : `it has no model "${model}"`;
  throw new ModelLoadError(source, `${problem}; found: ${models.join(', ') || 'none'}.`);
}

/** @returns Folder of an installed package, seen from `resolveFrom` or else from this module. */
function findPackage(name: string, resolveFrom: string): string | undefined {
  for (const from of [pathToFileURL(join(resolveFrom, 'index.js')), import.meta.url]) {
    const require = createRequire(from);
    try {
      return dirname(require.resolve(`${name}/package.json`));
    } catch {
      // A package whose "exports" hide package.json: look for the folder itself.
      const folders = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name));
      const found = folders.find((folder) => existsSync(join(folder, 'package.json')));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** @returns Names of the models below a folder, such as `detector` and `cxr-irgen/vae`. */
async function listModels(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const found = await listModelFolders(folder);
  return found.map(({ path }) => relative(folder, path).replaceAll(sep, '/'));
}
