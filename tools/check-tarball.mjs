// Looks at what `npm pack` would put into the package in the current folder (after a build) and refuses what a
// user must not get. Called once a package by the nx target `check-package`; the rules are in lib/tarball-rules.mjs.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { npm, root, run, say } from './lib/run.mjs';
import { findMachinePath, judgeContents } from './lib/tarball-rules.mjs';
import { readManifest } from './lib/workspaces.mjs';

const textFiles = new Set([
  '.js',
  '.ts',
  '.json',
  '.map',
  '.md',
  '.txt',
  '.html',
  '.svg',
  '.yaml',
  '.yml',
  '',
]);

const folder = process.cwd();
const packed = await dryPack();
const manifest = readManifest(folder);
const faults = [
  ...judgeContents({ manifest, files: packed.files, packedBytes: packed.size }),
  ...licenceFaults(),
  ...packed.files.flatMap(({ path }) => machinePathFaults(path)),
];

for (const fault of faults) say(`${manifest.name}: ${fault}`);
const kB = Math.ceil(packed.size / 1000);
if (faults.length === 0)
  say(`${manifest.name}: ${packed.files.length} files, ${kB} kB packed, as they should be`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** @returns {Promise<{ files: { path: string, size: number }[], size: number }>} */
async function dryPack() {
  const { status, stdout, output } = await run(
    ...npm(['pack', '--dry-run', '--json', '--loglevel=error']),
    {
      cwd: folder,
    },
  );
  if (status !== 0) throw new Error(`npm pack failed:\n${output}`);
  const [first] = Object.values(JSON.parse(stdout));
  return first;
}

function licenceFaults() {
  const text = readFileSync(join(folder, 'LICENSE'), 'utf8');
  const isRootLicence = text === readFileSync(join(root, 'LICENSE'), 'utf8');
  return isRootLicence ? [] : ["LICENSE differs from the repository's"];
}

/** @param {string} path */
function machinePathFaults(path) {
  if (!textFiles.has(extname(path))) return [];
  const found = findMachinePath(readFileSync(join(folder, path), 'utf8'), root);
  return found === undefined ? [] : [`${path} names a folder of this machine: ${found}`];
}
