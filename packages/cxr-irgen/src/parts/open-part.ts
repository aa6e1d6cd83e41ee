import { createHash } from 'node:crypto';
import { ModelLoadError } from '@cxrkit/core';
import { type ModelFolder, type OpenModelOptions, openModelFolder } from '@cxrkit/core/model';
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
  return { folder, architecture, origin: partOrigin(folder) };
}

/**
 * Tells by what name, version and hash a model folder is known to the parts that are trained with it. The hash is over
 * what computes (graphs, sizes, preprocessing, tokenizer) and the version, so that writing scores into a card changes nothing.
 */
export function partOrigin({ manifest }: ModelFolder): PartOrigin {
  const { name, version, stage, architecture, preprocessing, graphs, files = {} } = manifest;
  const hashes = (entries: Readonly<Record<string, { readonly sha256: string }>>): string[][] =>
    Object.entries(entries)
      .map(([key, { sha256 }]) => [key, sha256])
      .sort();
  const parts = [stage, version, architecture, preprocessing, hashes(graphs), hashes(files)];
  return {
    name,
    version,
    sha256: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
  };
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
