import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DownloadError } from '../errors.js';
import { hashStream } from './hash-file.js';
import { type HubRequest, hubFailure } from './hub-client.js';
import type { FileEntry } from './manifest.js';

/** Where a file of the hub goes and how its arrival is told. */
export interface HubFileOptions {
  /** Path in the repository. */
  readonly remotePath: string;
  /** Absolute path it gets once it is whole and verified; until then `<target>.partial`. */
  readonly target: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes that are here, starting with those of an earlier attempt. */
  readonly onBytes: (here: number) => void;
}

/**
 * Downloads one file of a fixed commit, going on where an earlier attempt stopped.
 *
 * Bytes are written at their own positions, so two processes that download the same file at once write the same.
 *
 * @throws {@link DownloadError} if it is not there, the transfer breaks off (what arrived is kept), or the content is
 *   not what the manifest says (what arrived is deleted). An abort throws the signal's reason.
 */
export async function downloadHubFile(
  request: HubRequest,
  entry: FileEntry,
  options: HubFileOptions,
): Promise<void> {
  const { remotePath, target, signal } = options;
  const partial = `${target}.partial`;
  try {
    await mkdir(dirname(target), { recursive: true });
    if ((await sizeOf(partial)) > entry.bytes) await rm(partial, { force: true });
    await using handle = await open(partial, constants.O_RDWR | constants.O_CREAT);
    const { size: here } = await handle.stat();
    options.onBytes(here);
    if (here < entry.bytes) await fetchRest(request, entry, options, { handle, here });
    await settle(handle, entry, options, partial);
  } catch (error) {
    throw hubFailure(error, remotePath, signal, 'What arrived is kept; run it again to go on.');
  }
}

async function fetchRest(
  request: HubRequest,
  entry: FileEntry,
  { remotePath, signal, onBytes }: HubFileOptions,
  { handle, here }: { handle: FileHandle; here: number },
): Promise<void> {
  const { downloadFile, fileDownloadInfo } = await import('@huggingface/hub');
  const file = { ...request, path: remotePath };
  const downloadInfo = await fileDownloadInfo(file);
  if (downloadInfo === null)
    throw new DownloadError(`${request.repo} has no file ${remotePath} at ${request.revision}.`);
  if (downloadInfo.size !== entry.bytes)
    throw new DownloadError(
      `${remotePath} in ${request.repo} has ${downloadInfo.size} bytes, its model.json says ${entry.bytes}. The repository is inconsistent; tell its owner.`,
    );
  // Plain HTTP instead of Xet's chunks: one range request resumes it, straight into place.
  const blob = await downloadFile({ ...file, downloadInfo, xet: false });
  let position = here;
  for await (const chunk of blob?.slice(here).stream() ?? []) {
    signal?.throwIfAborted();
    if (position + chunk.byteLength > entry.bytes) return refuseSurplus(handle, remotePath);
    const { bytesWritten } = await handle.write(chunk, 0, chunk.byteLength, position);
    if (bytesWritten < chunk.byteLength) throw new Error('the disk took only a part; is it full?');
    position += chunk.byteLength;
    onBytes(position);
  }
  if (position < entry.bytes) throw new Error('the connection ended early');
}

/** A server that ignores the range sends the whole file again: what is stored is no beginning of it any more. */
async function refuseSurplus(handle: FileHandle, remotePath: string): Promise<never> {
  await handle.truncate(0);
  throw new DownloadError(
    `${remotePath} came with more bytes than its model.json says; the server may not support ranges. It was deleted; run it again.`,
  );
}

/** Verifies a whole partial file and gives it its name; another process may do the same at this moment. */
async function settle(
  handle: FileHandle,
  entry: FileEntry,
  { remotePath, target, signal }: HubFileOptions,
  partial: string,
): Promise<void> {
  const actual = await hashStream(handle.createReadStream({ start: 0, autoClose: false }), signal);
  if (actual !== entry.sha256) {
    await rm(partial, { force: true });
    throw new DownloadError(
      `${remotePath} arrived with SHA-256 ${actual}, expected ${entry.sha256}. It was deleted; run it again.`,
    );
  }
  await rename(partial, target).catch(async (error) => {
    if ((await sizeOf(target)) !== entry.bytes) throw error;
  });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
