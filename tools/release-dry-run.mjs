// Shows what the next release would publish: applies the changesets to a copy of the checkout (after a build),
// packs each package whose version changes, and prints a table. The checkout stays as it is.
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './lib/foreign-folder.mjs';
import { binary, npm, root, run, say } from './lib/run.mjs';
import { workspaces } from './lib/workspaces.mjs';

const before = workspaces();
const copy = temporaryFolder('cxrkit-release-');
await copyCheckout();

say((await must(...binary('changeset', ['status']))).trimEnd());
await must(...binary('changeset', ['version']));

const changed = workspaces(copy).filter(
  ({ manifest }) => versionBefore(manifest.name) !== manifest.version,
);
say('');
printTable([
  ['package', 'now', 'next', 'files', 'packed kB'],
  ...(await Promise.all(changed.map(packedRow))),
]);
say(
  `\nA release now would publish ${changed.length} of ${before.length} packages. Nothing was published.`,
);

/** Copies what git would, and the build; a commit in a repository of its own is what changesets compares with. */
async function copyCheckout() {
  const listed = await must(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    root,
  );
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  const builds = before.map(({ folder }) => `${folder}/dist`);
  for (const path of [...files, ...builds])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  mkdirSync(join(copy, 'node_modules'), { recursive: true });
  symlinkSync(
    join(root, 'node_modules', '@changesets'),
    join(copy, 'node_modules', '@changesets'),
    'junction',
  );
  await must('git', ['init', '--quiet', '--initial-branch=main']);
  await must('git', ['add', '--all']);
  const author = ['-c', 'user.name=release dry run', '-c', 'user.email=release@localhost'];
  await must('git', [
    ...author,
    '-c',
    'commit.gpgsign=false',
    'commit',
    '--quiet',
    '--message',
    'Before',
  ]);
}

/** @param {import('./lib/workspaces.mjs').Workspace} workspace */
async function packedRow({ folder, manifest }) {
  const args = ['pack', '--dry-run', '--json', '--loglevel=error'];
  const [{ files, size }] = Object.values(JSON.parse(await must(...npm(args), join(copy, folder))));
  const kB = Math.ceil(size / 1000);
  return [manifest.name, versionBefore(manifest.name), manifest.version, files.length, kB].map(
    String,
  );
}

/** @param {string} name */
function versionBefore(name) {
  return before.find(({ manifest }) => manifest.name === name)?.manifest.version ?? '-';
}

/**
 * Runs a command in the copy and gives what it printed; a failure ends the dry run.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 */
async function must(command, args, cwd = copy) {
  const { status, stdout, output } = await run(command, args, { cwd });
  if (status === 0) return stdout;
  say(`${command} ${args.join(' ')} failed:\n${output}`);
  return process.exit(1);
}

/** @param {string[][]} rows - The first is the head. */
function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
}
