// Uses the packages as a user does: packs each one (after a build), installs the tarballs in a folder outside the
// repository, imports and requires every entry, runs the hooks in tools/pack-test/ there, and starts `npx cxr`.
import { copyFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foreignEnvironment, temporaryFolder } from './lib/foreign-folder.mjs';
import { npm, root, run, say } from './lib/run.mjs';
import { workspaces } from './lib/workspaces.mjs';

/** Ten times what any step takes; a command that never ends is a failure too. */
const timeoutMs = 5 * 60_000;

const packages = workspaces();
const folder = realpathSync(temporaryFolder('cxrkit-pack-test-'));
const env = foreignEnvironment();

writeFileSync(
  join(folder, 'package.json'),
  JSON.stringify({ name: 'foreign', private: true, type: 'module' }),
);

const tarballs = await Promise.all(packages.map(pack));
await step(
  `Installing ${tarballs.length} tarballs in ${folder}`,
  npm(['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', ...tarballs]),
);

copyFileSync(join(root, 'tools/pack-test/entries.mjs'), join(folder, 'entries.mjs'));
await step('Importing and requiring every entry', [
  'node',
  ['entries.mjs', ...packages.flatMap(entries)],
]);

const hooks = readdirSync(join(root, 'tools/pack-test')).filter(
  (name) => name.endsWith('.mjs') && name !== 'entries.mjs',
);
for (const hook of hooks) {
  copyFileSync(join(root, 'tools/pack-test', hook), join(folder, hook));
  await step(`Running ${hook}`, ['node', [hook]]);
}

await step(
  'Running npx cxr --version',
  npm(['exec', '--no', '--loglevel=error', '--', 'cxr', '--version']),
);
say(
  `The pack test passed: ${packages.length} packages, ${packages.flatMap(entries).length} entries, ${hooks.length} hooks.`,
);

/** @param {import('./lib/workspaces.mjs').Workspace} workspace */
async function pack({ folder: source, manifest }) {
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', folder];
  const { status, stdout, output } = await run(...npm(args), { cwd: join(root, source), env });
  if (status !== 0) fail(`Packing ${manifest.name} failed`, output);
  const [{ filename }] = Object.values(JSON.parse(stdout));
  return `./${filename}`;
}

/**
 * Lists a package's entries as a user writes them: `@cxrkit/core`, `@cxrkit/core/image`, ...
 *
 * @param {import('./lib/workspaces.mjs').Workspace} workspace
 */
function entries({ manifest }) {
  return Object.keys(manifest.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => entry.replace(/^\./, manifest.name));
}

/**
 * Runs one command in the foreign folder, prints what it printed, and ends the test if it fails.
 *
 * @param {string} label
 * @param {[command: string, args: string[]]} command
 */
async function step(label, [command, args]) {
  const { status, output } = await run(command, args, { cwd: folder, env, timeoutMs });
  if (status !== 0) fail(`${label} failed`, output);
  say(`${label}: done`);
  if (output.trim() !== '') say(output.trimEnd().replace(/^/gm, '  '));
}

/**
 * @param {string} what
 * @param {string} output
 * @returns {never}
 */
function fail(what, output) {
  say(`${what}:\n${output}`);
  process.exit(1);
}
