import { runCxr } from './run-cxr.js';
import { processContext } from './terminal/context.js';
import { stopOnSignals } from './terminal/stop-on-signals.js';

const { signal, release } = stopOnSignals();
process.exitCode = await runCxr(process.argv.slice(2), processContext(signal));
release();
