import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/**
 * @typedef {object} TestReport - What is read of vitest's JSON report.
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests - Skipped.
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults - One a file.
 */

/** Where `npm test` leaves vitest's report for whoever counts. */
export const reportPath = join(root, 'node_modules', '.cache', 'cxrkit', 'vitest.json');

/** Removes the report of an earlier run, so that it is never taken for this one's. */
export function startReport() {
  mkdirSync(dirname(reportPath), { recursive: true });
  rmSync(reportPath, { force: true });
}

/** @returns {TestReport | undefined} */
export function readReport() {
  return existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : undefined;
}

/**
 * Counts tests, and as one failure each: a file that could not be loaded, other failing steps,
 * and a run that failed although no test did.
 *
 * @param {TestReport | undefined} report - Absent if the runner never got so far.
 * @param {number} status - The run's exit status.
 * @param {number} [failedSteps] - Steps beside the tests that failed.
 * @returns {string} `N passed, N failed` or `N passed, N failed, N skipped`.
 */
export function summarise(report, status, failedSteps = 0) {
  const unloadable = (report?.testResults ?? []).filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const counted = (report?.numFailedTests ?? 0) + unloadable.length + failedSteps;
  const failed = counted === 0 && status !== 0 ? 1 : counted;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  return `${report?.numPassedTests ?? 0} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
