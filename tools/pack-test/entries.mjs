// Copied into the foreign folder: imports and requires the entries named on the command line.
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const here = realpathSync('.');

for (const entry of process.argv.slice(2)) {
  const file = realpathSync(fileURLToPath(import.meta.resolve(entry)));
  if (!file.startsWith(here)) throw new Error(`Expected ${entry} inside ${here}, got ${file}.`);
  const imported = Object.keys(await import(entry)).sort();
  const required = Object.keys(require(entry))
    .filter((name) => name !== '__esModule')
    .sort();
  if (imported.length === 0) throw new Error(`Expected ${entry} to export something, got nothing.`);
  if (imported.join() !== required.join()) {
    throw new Error(
      `Expected import and require of ${entry} to agree, got ${imported} and ${required}.`,
    );
  }
  console.log(`${entry}: ${imported.length} exports`);
}
