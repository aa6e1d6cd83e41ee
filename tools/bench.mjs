/**
 * Runs every `tools/bench/*.bench.mjs` in a process of its own and prints the tables with the machine.
 *
 * `npm run bench -- [--write] [word ...]`: words choose benches by their file names; `--write` puts what was run into
 * docs/benchmarks.md and leaves the other sections there; `--json` prints one object instead of tables.
 *
 * A bench is a plain script that calls `finish` of `bench/lib/report.mjs` once. Benches of the pipeline belong beside
 * the others, such as `bench/analyze.bench.mjs`: cold and warm `cxr analyze`, memory.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from './bench/lib/machine.mjs';
import { toMarkdown } from './bench/lib/report.mjs';
import { writeSections } from './bench/lib/write-sections.mjs';
import { root, run, say } from './lib/run.mjs';

const folder = join(root, 'tools/bench');
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'));
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = flags.filter((flag) => !['--write', '--json'].includes(flag));
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.mjs'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();

if (unknown.length > 0 || files.length === 0) {
  say(`Expected --write, --json or parts of bench names, got ${[...unknown, ...words].join(' ')}.`);
  process.exit(2);
}

const machine = describeMachine();
const isJson = flags.includes('--json');
if (!isJson) say(`${machine.summary}\n`);
/** @type {import('./bench/lib/report.mjs').BenchReport[]} */
const reports = [];
let failures = 0;
for (const file of files) {
  // A source checkout is benched as it is run here: with this process's conditions and loaders.
  const args = [...process.execArgv, join(folder, file), '--json'];
  const { status, stdout, output } = await run('node', args);
  if (status !== 0) {
    failures++;
    say(`${file} failed with status ${status}.\n${output}`);
    continue;
  }
  const report = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  reports.push(report);
  if (!isJson) say(toMarkdown(report));
}
if (isJson) say(JSON.stringify({ machine, reports }));
if (flags.includes('--write')) {
  const ran = reports.filter(({ skipped }) => skipped === undefined);
  writeSections(join(root, 'docs/benchmarks.md'), ran, machine);
}
process.exitCode = failures > 0 ? 1 : 0;
