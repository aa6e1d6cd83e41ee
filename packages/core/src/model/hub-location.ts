import { ModelLoadError } from '../errors.js';
import { isSafeRelativePath } from './safe-path.js';

const HUB_SOURCE = /^hf:([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([\w.%-]+))?(?:\/(.+))?$/;

/** Where on the hub a model lies. */
export interface HubLocation {
  /** `owner/name`. */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Folder in the repository; empty for its root. */
  readonly subfolder: string;
}

/**
 * Reads `hf:owner/name[@revision][/subfolder]`; a slash in a revision is written `%2F`.
 *
 * @throws {@link ModelLoadError} if it is misspelt or leads out of its folder.
 */
export function parseHubSource(source: string): HubLocation {
  const [, repo, encodedRevision = 'main', subfolder = ''] = HUB_SOURCE.exec(source) ?? [];
  const revision = decode(encodedRevision);
  const isSafe =
    isSafeRelativePath(revision) && (subfolder === '' || isSafeRelativePath(subfolder));
  if (repo === undefined || !isSafe)
    throw new ModelLoadError(source, 'expected hf:owner/name[@revision][/subfolder].');
  return { repo, revision, subfolder };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
