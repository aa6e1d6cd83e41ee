import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ModelLoadError } from '../errors.js';
import { MANIFEST_FILE, MODEL_FORMAT_VERSION, type ModelManifest } from './manifest.js';
import { modelManifestSchema } from './manifest-schema.js';

/** A manifest is a few kB; a file above this is something else. */
export const MAX_MANIFEST_BYTES: number = 8 * 2 ** 20;

const MAX_ISSUES = 8;

/**
 * Parses and checks the text of a `model.json`.
 *
 * @param path - Folder or source, for the error only.
 * @throws {@link ModelLoadError} for invalid JSON, a later format version, or any broken rule, each named.
 */
export function parseManifest(text: string, path: string): ModelManifest {
  return checkManifest(parseJson(text, path), path);
}

/** Checks a manifest that is a value already; the twin of {@link parseManifest}. */
export function checkManifest(value: unknown, path: string): ModelManifest {
  const version = readFormatVersion(value);
  if (typeof version === 'number' && version > MODEL_FORMAT_VERSION)
    throw new ModelLoadError(
      path,
      `${MANIFEST_FILE} has format version ${version}, this release reads ${MODEL_FORMAT_VERSION}. Update CXRKit: npm install @cxrkit/core@latest.`,
    );
  const result = modelManifestSchema.safeParse(value);
  if (!result.success)
    throw new ModelLoadError(
      path,
      `${MANIFEST_FILE} is not valid: ${describeIssues(result.error)}.`,
      result.error,
    );
  return result.data;
}

/**
 * Reads and checks the `model.json` of a folder.
 *
 * @throws {@link ModelLoadError} if it is missing, too large or not valid.
 */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, MANIFEST_FILE);
  try {
    const { size } = await stat(path);
    if (size > MAX_MANIFEST_BYTES)
      throw new ModelLoadError(
        folder,
        `${MANIFEST_FILE} has ${size} bytes, expected at most ${MAX_MANIFEST_BYTES}.`,
      );
    return parseManifest(await readFile(path, 'utf8'), folder);
  } catch (error) {
    if (error instanceof ModelLoadError) throw error;
    throw new ModelLoadError(
      folder,
      `${MANIFEST_FILE} cannot be read. Expected a model folder that holds it.`,
      error,
    );
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelLoadError(path, `${MANIFEST_FILE} is not JSON (${reason}).`, error);
  }
}

function readFormatVersion(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'formatVersion' in value
    ? value.formatVersion
    : undefined;
}

function describeIssues({ issues }: z.ZodError): string {
  const shown = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.join('.') || 'top level'}: ${message}`);
  const rest = issues.length - shown.length;
  return (rest > 0 ? [...shown, `and ${rest} more`] : shown).join('; ');
}
