import { join } from 'node:path';
import { CARD_FILE, MANIFEST_FILE, type ModelManifest } from './manifest.js';
import { modelCard } from './model-card.js';
import { checkManifest, readManifest } from './parse-manifest.js';
import { writeTextAtomic } from './write-atomic.js';

/** What may be said of a model after it was made; its graphs stay as they are. */
export type ModelDescription = Partial<
  Pick<
    ModelManifest,
    'scores' | 'card' | 'provenance' | 'intendedUse' | 'licence' | 'name' | 'version'
  >
>;

/**
 * Replaces parts of a model's description, such as its measured scores, in `model.json` and in the card.
 *
 * @param path - Model folder.
 * @throws {@link ModelLoadError} if the folder holds no model, or the description is not valid.
 */
export async function describeModel(
  path: string,
  description: ModelDescription,
): Promise<ModelManifest> {
  const manifest = checkManifest({ ...(await readManifest(path)), ...description }, path);
  await writeTextAtomic(join(path, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeTextAtomic(join(path, CARD_FILE), modelCard(manifest));
  return manifest;
}
