// Runs the repository's commands on a machine that has only Node and npm:
// installs what is missing, builds what is needed, then does the task. Needs no dependency itself.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { binary, root, runQuiet, runShown, say } from './lib/run.mjs';
import { readReport, reportPath, startReport, summarise } from './lib/test-report.mjs';

const cxr = 'apps/demo-cli/bin/cxr.js';

/**
 * Each task takes the words after its name and gives the exit status.
 *
 * @type {Record<string, (extra: string[]) => Promise<number>>}
 */
const tasks = {
  start,
  test,
  check,
  bench,
  'pack-test': packTest,
  'release-dry-run': releaseDryRun,
};

/**
 * The main job, on the X-rays that ship with the repository; then a synthetic pair. Words of the user go to the first.
 *
 * @param {string[]} extra
 */
async function start(extra) {
  await build();
  const status = await runShown('node', [cxr, 'analyze', 'examples', '--out', 'results', ...extra]);
  return status !== 0 || extra.length > 0 ? status : await synthesize('results/synthetic');
}

/**
 * Makes one image-report pair, anew each time.
 *
 * @param {string} out
 */
async function synthesize(out) {
  rmSync(join(root, out), { recursive: true, force: true });
  say(
    '\nAnd the other way round: an X-ray of nobody with its report, made from labels and a reference.',
  );
  const reference = join('examples', '00000963_007.jpg');
  const asked = [
    '--findings',
    'Cardiomegaly,-Pneumothorax',
    '--reference',
    reference,
    '--seed',
    '1',
  ];
  return runShown('node', [cxr, 'synth', ...asked, '--out', out]);
}

/**
 * Every test; the last line is `N passed, N failed`. The build comes first so that `npx cxr` works afterwards.
 *
 * @param {string[]} extra
 */
async function test(extra) {
  await build();
  startReport();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  const status = await runShown(...binary('vitest', ['run', ...reporters, ...extra]));
  say(summarise(readReport(), status));
  return status;
}

/** Everything that can be judged without running the code. No step stops the next: one run shows every fault. */
async function check() {
  /** @type {[label: string, command: [string, string[]]][]} */
  const steps = [
    ['Lock file agrees with the manifests', ['node', ['tools/check-lock.mjs']]],
    ['Project references are in step', binary('nx', ['sync:check'])],
    ['Format and lint', binary('biome', ['ci', '--colors=off', '--error-on-warnings', '.'])],
    ['Unused files, exports and dependencies', binary('knip', ['--no-config-hints'])],
    ['Types of the tools', binary('tsc', ['-p', 'tools/tsconfig.json'])],
    ['Types of the packages', binary('nx', ['run-many', '-t', 'typecheck'])],
    ['Build and package contents', binary('nx', ['run-many', '-t', 'build', 'check-package'])],
  ];
  const failed = [];
  for (const [label, command] of steps) {
    const status = await runQuiet(label, ...command);
    if (status > 128) return status;
    if (status !== 0) failed.push(label);
  }
  say(failed.length === 0 ? 'All checks passed.' : `Failed checks: ${failed.join('; ')}.`);
  return failed.length === 0 ? 0 : 1;
}

/**
 * Times and memory, written to docs/benchmarks.md.
 *
 * @param {string[]} extra
 */
async function bench(extra) {
  await build();
  return runShown('node', ['tools/bench.mjs', ...extra]);
}

/** Packs every package and uses the tarballs from a folder outside the repository. */
async function packTest() {
  await build();
  return runShown('node', ['tools/pack-test.mjs']);
}

/** Shows what the next release would publish, and publishes nothing. */
async function releaseDryRun() {
  await build();
  return runShown('node', ['tools/release-dry-run.mjs']);
}

async function build() {
  const status = await runQuiet('Building', ...binary('nx', ['run-many', '-t', 'build']));
  if (status !== 0) process.exit(status);
}

requireSupportedNode();
const [name = '', ...extra] = process.argv.slice(2);
if (!Object.hasOwn(tasks, name)) {
  say(`Expected one of ${Object.keys(tasks).join(', ')}, got ${name || 'nothing'}.`);
  process.exit(2);
}
await installIfNeeded();
process.exitCode = await tasks[name](extra);
