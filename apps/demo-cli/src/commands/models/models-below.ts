import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listModelFolders, MANIFEST_FILE } from '@cxrkit/core/model';

/**
 * Turns a folder of models, such as a set of CXR-IRGen, into the models in it; any other source stays what it is.
 *
 * @param source - Path, npm: or hf: source.
 */
export async function modelsBelow(source: string): Promise<string[]> {
  if (!existsSync(source) || existsSync(join(source, MANIFEST_FILE))) return [source];
  const paths = (await listModelFolders(source)).map(({ path }) => path);
  return paths.length > 0 ? paths : [source];
}
