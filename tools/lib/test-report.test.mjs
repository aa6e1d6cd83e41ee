import { describe, expect, it } from 'vitest';
import { summarise } from './test-report.mjs';

const clean = {
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
};
const unloadable = { status: 'failed', assertionResults: [] };

describe('summarise', () => {
  it('counts a clean run', () => {
    expect(summarise(clean, 0)).toBe('12 passed, 0 failed');
  });

  it('counts skipped and failed tests', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    const report = {
      ...clean,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults,
    };
    expect(summarise(report, 1)).toBe('12 passed, 1 failed, 3 skipped');
  });

  it('counts a file that could not be loaded as one failure', () => {
    expect(summarise({ ...clean, testResults: [unloadable] }, 1)).toBe('12 passed, 1 failed');
  });

  it('never shows a failed run as clean', () => {
    expect(summarise(clean, 1)).toBe('12 passed, 1 failed');
    expect(summarise(undefined, 1)).toBe('0 passed, 1 failed');
  });

  it('adds the other steps that failed', () => {
    expect(summarise(clean, 0, 2)).toBe('12 passed, 2 failed');
  });
});
