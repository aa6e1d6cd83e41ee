import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HubOptions, hubFailure, hubRequest } from './hub-client.js';
import type { HubLocation } from './hub-location.js';
import { writeTextAtomic } from './write-atomic.js';

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Resolves a revision to its commit and remembers it in `<root>/refs/`.
 *
 * @param root - Folder of the repository in the cache.
 * @returns 40 hexadecimal digits, or `undefined` when `offline` was asked and the revision was never fetched.
 * @throws {@link DownloadError} if the hub cannot be asked or has no such revision.
 */
export async function findCommit(
  { repo, revision }: HubLocation,
  root: string,
  options: HubOptions,
): Promise<string | undefined> {
  if (COMMIT.test(revision)) return revision;
  const file = join(root, 'refs', encodeURIComponent(revision));
  const text = await readFile(file, 'utf8').catch(() => '');
  const cached = COMMIT.test(text) ? text : undefined;
  if (options.offline) return cached;
  try {
    const { modelInfo } = await import('@huggingface/hub');
    const { repo: name, ...request } = hubRequest(repo, revision, options);
    const { sha } = await modelInfo({ ...request, name, additionalFields: ['sha'] });
    if (!COMMIT.test(sha)) throw new Error(`the hub answered "${sha}" for a commit`);
    await writeTextAtomic(file, sha);
    return sha;
  } catch (error) {
    const remark = cached && 'An earlier copy is cached; the option offline uses it.';
    throw hubFailure(error, `${repo}@${revision}`, options.signal, remark);
  }
}
