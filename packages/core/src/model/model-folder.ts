import { join, resolve } from 'node:path';
import { ModelLoadError } from '../errors.js';
import { findFileProblem } from './check-file.js';
import { hashFileOnce } from './hash-file.js';
import type { FileEntry, ModelManifest } from './manifest.js';

/** An opened model folder: its manifest, and its files once they are verified. */
export interface ModelFolder {
  /** Absolute path. */
  readonly path: string;
  readonly manifest: ModelManifest;
  /**
   * Verifies size and SHA-256 of a graph and its external data; hashed once a process while the files stay unchanged.
   *
   * @returns Absolute path of the ONNX file.
   * @throws {@link ModelLoadError} if the manifest has no such graph, or a file is missing, damaged or swapped.
   */
  graph(name: string): Promise<string>;
  /** Verifies another file, such as the tokenizer; the twin of {@link ModelFolder.graph}. */
  file(name: string): Promise<string>;
}

/**
 * Refuses a manifest of another stage.
 *
 * @param path - Folder or source, for the error only.
 * @throws {@link ModelLoadError} naming the stage expected and the stage found.
 */
export function checkStage(path: string, manifest: ModelManifest, stage: string | undefined): void {
  if (stage !== undefined && manifest.stage !== stage)
    throw new ModelLoadError(
      path,
      `expected a model of stage "${stage}", got "${manifest.name}" of stage "${manifest.stage}". Give the folder of a ${stage} model.`,
    );
}

/** Makes a model folder of a path and its checked manifest; reads nothing. */
export function modelFolder(path: string, manifest: ModelManifest): ModelFolder {
  const folder = resolve(path);
  return {
    path: folder,
    manifest,
    graph: async (name) => {
      const entry = find(folder, 'graph', manifest.graphs, name);
      for (const file of [entry, ...(entry.externalData ?? [])]) await verify(folder, file);
      return join(folder, entry.file);
    },
    file: async (name) => {
      const entry = find(folder, 'file', manifest.files ?? {}, name);
      await verify(folder, entry);
      return join(folder, entry.file);
    },
  };
}

function find<T>(
  folder: string,
  kind: 'graph' | 'file',
  entries: Readonly<Record<string, T>>,
  name: string,
): T {
  if (Object.hasOwn(entries, name)) return entries[name];
  const names = Object.keys(entries).join(', ') || 'none';
  throw new ModelLoadError(folder, `it has no ${kind} "${name}", only: ${names}.`);
}

async function verify(folder: string, entry: FileEntry): Promise<void> {
  const problem = await findFileProblem(folder, entry, hashFileOnce);
  if (problem !== undefined)
    throw new ModelLoadError(
      folder,
      `${entry.file} ${problem}. Fetch or write the model again (see cxr models verify).`,
    );
}
