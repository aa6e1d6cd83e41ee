import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root, runQuiet, say } from './run.mjs';
import { workspaces } from './workspaces.mjs';

const stampPath = join(root, 'node_modules', '.cxrkit-install');
const linkedCommand = join(root, 'node_modules', '.bin', 'cxr');

/**
 * Installs the dependencies unless the last install was of the very same manifests on the very same Node.
 * `npm install`, not `npm ci`, and never a changed lock file: docs/decisions/0001-package-manager-and-install.md.
 */
export async function installIfNeeded() {
  const wanted = fingerprint();
  if (existsSync(linkedCommand) && readStamp() === wanted) return;
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = await runQuiet('Installing dependencies', ...npm(args));
  if (status !== 0) {
    say(
      "The dependencies could not be installed; the messages above are npm's. Is its registry within reach?",
    );
    process.exit(status);
  }
  writeFileSync(stampPath, wanted);
}

/** What the installed tree depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  const { version, platform, arch } = process;
  hash.update(JSON.stringify([version.split('.')[0], platform, arch]));
  const manifests = workspaces().map(({ folder }) => `${folder}/package.json`);
  for (const file of ['.npmrc', 'package.json', 'package-lock.json', ...manifests]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function readStamp() {
  return existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : undefined;
}
