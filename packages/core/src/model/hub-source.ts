import { join } from 'node:path';
import { DownloadError, ModelLoadError } from '../errors.js';
import type { TaskOptions } from '../progress.js';
import { defaultCacheFolder } from './cache-folder.js';
import { findFileProblem } from './check-file.js';
import { hashFileOnce } from './hash-file.js';
import { type HubOptions, type HubRequest, hubFailure, hubRequest } from './hub-client.js';
import { findCommit } from './hub-commit.js';
import { downloadHubFile } from './hub-file.js';
import { parseHubSource } from './hub-location.js';
import { type FileEntry, MANIFEST_FILE, type ModelManifest, manifestFiles } from './manifest.js';
import { checkStage } from './model-folder.js';
import { MAX_MANIFEST_BYTES, parseManifest, readManifest } from './parse-manifest.js';
import { writeTextAtomic } from './write-atomic.js';

/**
 * Brings a model of the Hugging Face hub into the cache, whole and verified.
 *
 * A branch or tag is resolved to its commit first. Files of a commit never change, so what the cache has of it is
 * used: `<cacheDir>/hub/<owner>/<name>/snapshots/<commit>/`, with the last commit of each branch in `refs/`.
 *
 * @param source - `hf:owner/name[@revision][/subfolder]`.
 * @param options - `stage` is checked before any large file is fetched.
 * @returns Absolute path of the model folder.
 * @throws {@link DownloadError} if the hub cannot be reached, lacks a file, or `offline` was asked and the cache does.
 * @throws {@link ModelLoadError} if the source is misspelt or the manifest is refused.
 */
export async function fetchHubModel(
  source: string,
  options: HubOptions & { readonly stage?: string | undefined } = {},
): Promise<string> {
  const { cacheDir = defaultCacheFolder(), offline = false, stage, signal } = options;
  const location = parseHubSource(source);
  const { repo, subfolder } = location;
  signal?.throwIfAborted();
  const root = join(cacheDir, 'hub', repo);
  const commit = await findCommit(location, root, options);
  if (commit === undefined) throw notCached(source, cacheDir, [`revision ${location.revision}`]);
  const folder = join(root, 'snapshots', commit, subfolder);
  const target = { subfolder, folder, signal, onProgress: options.onProgress };
  const request = hubRequest(repo, commit, options);
  const cached = await readManifest(folder).catch(() => undefined);
  if (cached === undefined && offline) throw notCached(source, cacheDir, [MANIFEST_FILE]);
  const manifest = cached ?? (await fetchManifest(request, target));
  checkStage(source, manifest, stage);
  const missing = await findMissing(folder, manifest);
  if (missing.length > 0 && offline)
    throw notCached(
      source,
      cacheDir,
      missing.map(({ file }) => file),
    );
  await fetchFiles(request, missing, target);
  return folder;
}

interface HubTarget extends TaskOptions {
  /** Folder in the repository; empty for its root. */
  readonly subfolder: string;
  /** Folder in the cache. */
  readonly folder: string;
}

async function fetchManifest(
  request: HubRequest,
  { subfolder, folder, signal }: HubTarget,
): Promise<ModelManifest> {
  const path = remotePath(subfolder, MANIFEST_FILE);
  const what = `${request.repo}/${path}`;
  try {
    const { downloadFile, fileDownloadInfo } = await import('@huggingface/hub');
    const downloadInfo = await fileDownloadInfo({ ...request, path });
    if (downloadInfo === null || downloadInfo.size > MAX_MANIFEST_BYTES)
      throw new ModelLoadError(
        what,
        `it is ${downloadInfo ? `${downloadInfo.size} bytes large` : 'not there'} at ${request.revision}. Expected a CXRKit model folder.`,
      );
    const blob = await downloadFile({ ...request, path, downloadInfo, xet: false });
    const text = (await blob?.text()) ?? '';
    const manifest = parseManifest(text, what);
    await writeTextAtomic(join(folder, MANIFEST_FILE), text);
    return manifest;
  } catch (error) {
    throw hubFailure(error, what, signal);
  }
}

/** Files the cache lacks or has damaged; hashes are remembered, so opening a graph later does not hash again. */
async function findMissing(folder: string, manifest: ModelManifest): Promise<FileEntry[]> {
  const missing = new Map<string, FileEntry>();
  for (const entry of manifestFiles(manifest))
    if ((await findFileProblem(folder, entry, hashFileOnce)) !== undefined)
      missing.set(entry.file, entry);
  return [...missing.values()];
}

async function fetchFiles(
  request: HubRequest,
  entries: readonly FileEntry[],
  { subfolder, folder, signal, onProgress }: HubTarget,
): Promise<void> {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const entry of entries) {
    signal?.throwIfAborted();
    const onBytes = (here: number) =>
      onProgress?.({
        phase: 'download',
        completed: before + here,
        total,
        unit: 'bytes',
        subject: entry.file,
      });
    await downloadHubFile(request, entry, {
      remotePath: remotePath(subfolder, entry.file),
      target: join(folder, entry.file),
      signal,
      onBytes,
    });
    before += entry.bytes;
  }
}

function notCached(source: string, cacheDir: string, missing: readonly string[]): DownloadError {
  return new DownloadError(
    `${source} is not complete in the cache ${cacheDir} and offline was asked; missing: ${missing.join(', ')}. Fetch it once without offline.`,
  );
}

function remotePath(subfolder: string, file: string): string {
  return subfolder === '' ? file : `${subfolder}/${file}`;
}
