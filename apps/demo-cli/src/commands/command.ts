import type { Command } from 'commander';
import type { CliContext } from '../terminal/context.js';

/** Takes the exit code of the command that ran. */
export type Finish = (code: number) => void;

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CliContext, finish: Finish) => void;

/** @returns Help text with example command lines. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
