// Refuses a package-lock.json that does not know what the manifests ask for: `npm start` installs without saving
// (docs/decisions/0001-package-manager-and-install.md), so a forgotten `npm install` would go unseen.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { root, say } from './lib/run.mjs';
import { readManifest, workspaces } from './lib/workspaces.mjs';

const fields = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'bin',
];
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

const stale = ['', ...workspaces().map(({ folder }) => folder)].flatMap((folder) => {
  const manifest = withoutEmpty(readManifest(join(root, folder)));
  const locked = withoutEmpty(lock.packages[folder] ?? {});
  return fields
    .filter((field) => !isDeepStrictEqual(manifest[field], locked[field]))
    .map((field) => `${folder || '.'}/package.json: ${field}`);
});

if (stale.length > 0) {
  say(
    `package-lock.json is older than these; run \`npm install\` and commit it:\n  ${stale.join('\n  ')}`,
  );
  process.exitCode = 1;
}

/**
 * npm leaves an empty field out of the lock, and `./` out of the path of a command.
 *
 * @param {Record<string, any>} entry
 * @returns {Record<string, unknown>}
 */
function withoutEmpty(entry) {
  return Object.fromEntries(
    fields
      .filter((field) => Object.keys(entry[field] ?? {}).length > 0)
      .map((field) => [field, mapValues(entry[field], (value) => value.replace(/^\.\//, ''))]),
  );
}

/**
 * @param {Record<string, string>} record
 * @param {(value: string) => string} change
 */
function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
