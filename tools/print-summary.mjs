// Prints `N passed, N failed` for .ci/run, whose failed steps are the words on the command line.
import { say } from './lib/run.mjs';
import { readReport, summarise } from './lib/test-report.mjs';

const failedSteps = process.argv.slice(2);
const testsFailed = failedSteps.includes('Tests');
say(summarise(readReport(), testsFailed ? 1 : 0, failedSteps.length - (testsFailed ? 1 : 0)));
