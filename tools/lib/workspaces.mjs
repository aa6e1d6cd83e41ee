import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [dependencies]
 *
 * @typedef {object} Workspace
 * @property {string} folder - From the repository's root, with forward slashes.
 * @property {Manifest} manifest
 */

/**
 * Lists the packages that are published, sorted by folder.
 *
 * @param {string} [base] - Root of a checkout.
 * @returns {Workspace[]}
 */
export function workspaces(base = root) {
  return ['apps', 'packages']
    .flatMap((group) => readdirSync(join(base, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(base, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(join(base, folder)) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/**
 * Reads a folder's `package.json`.
 *
 * @param {string} folder
 * @returns {Manifest}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
