import type { TaskOptions } from '../progress.js';
import { findFileProblem } from './check-file.js';
import { hashFile } from './hash-file.js';
import { manifestFiles } from './manifest.js';
import type { ModelFolder } from './model-folder.js';

/** What became of one file; `problem` is a clause such as `is missing`. */
export interface FileVerdict {
  readonly file: string;
  readonly ok: boolean;
  readonly problem?: string;
}

/**
 * Reads every file of a model folder and compares size and SHA-256 with the manifest; nothing is taken from memory.
 *
 * @param options - Progress in files; the signal is checked while hashing.
 * @returns A verdict for each file, in the manifest's order.
 */
export async function verifyModelFolder(
  folder: Pick<ModelFolder, 'path' | 'manifest'>,
  { signal, onProgress }: TaskOptions = {},
): Promise<FileVerdict[]> {
  const entries = manifestFiles(folder.manifest);
  const verdicts: FileVerdict[] = [];
  for (const entry of entries) {
    signal?.throwIfAborted();
    const problem = await findFileProblem(folder.path, entry, (path) => hashFile(path, signal));
    verdicts.push({
      file: entry.file,
      ok: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
    });
    onProgress?.({
      phase: 'load',
      completed: verdicts.length,
      total: entries.length,
      unit: 'files',
      subject: entry.file,
    });
  }
  return verdicts;
}
