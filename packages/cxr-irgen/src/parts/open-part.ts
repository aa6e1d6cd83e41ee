import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelLoadError } from '@cxrkit/core';
import {
  MANIFEST_FILE,
  type ModelFolder,
  type OpenModelOptions,
  openModelFolder,
} from '@cxrkit/core/model';
import type { z } from 'zod';
import type { PartOrigin } from './architectures.js';

/** One opened model folder of a set. */
export interface Part<Architecture> {
  readonly folder: ModelFolder;
  readonly architecture: Architecture;
  readonly origin: PartOrigin;
}

/**
 * Opens a model folder of a stage and checks what it says of its network.
 *
 * @throws {@link ModelLoadError} if it is missing, damaged, of another stage or describes no such network.
 */
export async function openPart<Architecture>(
  source: string,
  stage: string,
  schema: z.ZodType<Architecture>,
  options: OpenModelOptions,
): Promise<Part<Architecture>> {
  const folder = await openModelFolder(source, { ...options, stage });
  const architecture = parsed(folder, 'architecture', schema);
  return { folder, architecture, origin: await partOrigin(folder) };
}

/** Tells by what name, version and hash a model folder is known to the parts that are trained with it. */
export async function partOrigin({ path, manifest }: ModelFolder): Promise<PartOrigin> {
  const bytes = await readFile(join(path, MANIFEST_FILE));
  const { name, version } = manifest;
  return { name, version, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Reads a field of a manifest by its schema.
 *
 * @throws {@link ModelLoadError} naming each broken rule.
 */
export function parsed<T>(
  { path, manifest }: ModelFolder,
  field: 'architecture' | 'preprocessing',
  schema: z.ZodType<T>,
): T {
  const result = schema.safeParse(manifest[field]);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${[field, ...issue.path].join('.')}: ${issue.message}`,
  );
  throw new ModelLoadError(path, `its manifest is not valid: ${problems.join('; ')}.`);
}
