import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Makes a folder outside the repository that is gone when the process ends.
 *
 * @param {string} prefix
 */
export function temporaryFolder(prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Gives the environment of a user's own shell: what npm told this script about the repository is left out.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function foreignEnvironment() {
  const ours =
    /^(npm_(package|lifecycle)_|npm_config_(local_prefix|prefix|onnxruntime)|NODE_PATH$|INIT_CWD$)/;
  const entries = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const outside = entries.map(([name, value]) => [
    name,
    name === 'PATH' ? withoutNodeModules(value) : value,
  ]);
  return { ...Object.fromEntries(outside), ONNXRUNTIME_NODE_INSTALL: 'skip' };
}

/** @param {string} [path] */
function withoutNodeModules(path = '') {
  return path
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter);
}
