import { CxrError } from '@cxrkit/core';
import { CommanderError } from 'commander';
import type { CliContext } from './context.js';
import { UsageError } from './usage-error.js';

/** All done; some inputs failed (the rest done) or nothing could start; wrong usage; stopped by Ctrl-C. */
export const EXIT = { done: 0, failed: 1, usage: 2, stopped: 130 } as const;

/** Says what ended a command and gives the code it exits with. */
export function exitCodeOf(error: unknown, { stderr, signal }: CliContext): number {
  // Commander has printed its message, with a hint where a word is misspelt.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (signal.aborted) {
    stderr.write('Stopped.\n');
    return EXIT.stopped;
  }
  if (error instanceof UsageError) {
    stderr.write(`error: ${error.message}\nRun cxr --help to see how it is used.\n`);
    return EXIT.usage;
  }
  if (CxrError.isInstance(error)) {
    stderr.write(`error: ${error.message}\n`);
    return error.code === 'INVALID_INPUT' ? EXIT.usage : EXIT.failed;
  }
  stderr.write(`This is a fault in cxr, please report it.\n${stackOf(error)}\n`);
  return EXIT.failed;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
