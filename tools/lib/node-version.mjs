import { readFileSync } from 'node:fs';

/** Ends the process with a clear message where Node is older than the root manifest's `engines.node` (`>=major.minor`). */
export function requireSupportedNode() {
  const { engines } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  if (isSupported(process.versions.node, engines.node)) return;
  process.stderr.write(
    `Expected Node ${engines.node}, got ${process.versions.node}. Install a newer Node from https://nodejs.org and run the command again.\n`,
  );
  process.exit(1);
}

/**
 * Tells whether a version is at least the one named in a `>=major.minor` range.
 *
 * @param {string} version
 * @param {string} range
 */
export function isSupported(version, range) {
  const [wantedMajor, wantedMinor = 0] = range.replace('>=', '').split('.').map(Number);
  const [major, minor] = version.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
