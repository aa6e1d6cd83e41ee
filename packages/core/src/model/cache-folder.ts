import { homedir } from 'node:os';
import { join } from 'node:path';

/** What {@link defaultCacheFolder} looks at; given only to ask for another machine's answer. */
export interface CacheFolderOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/**
 * Tells where downloaded models are kept.
 *
 * @returns `CXRKIT_CACHE` if set; else `cxrkit` in the system's cache folder: `XDG_CACHE_HOME` or `~/.cache`,
 *   `~/Library/Caches` on macOS, `LOCALAPPDATA` on Windows.
 */
export function defaultCacheFolder({
  environment = process.env,
  platform = process.platform,
  home = homedir(),
}: CacheFolderOptions = {}): string {
  if (environment.CXRKIT_CACHE) return environment.CXRKIT_CACHE;
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'cxrkit');
  if (platform === 'win32')
    return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'cxrkit', 'Cache');
  return join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'cxrkit');
}
