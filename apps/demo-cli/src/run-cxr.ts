import { createProgram } from './create-program.js';
import type { CliContext } from './terminal/context.js';
import { EXIT, exitCodeOf } from './terminal/exit-code.js';

/**
 * Runs a command line; never rejects.
 *
 * @param words - Without the names of node and the script.
 * @returns The exit code: 0 all done, 1 some inputs failed or nothing could start, 2 wrong usage, 130 stopped.
 */
export async function runCxr(words: readonly string[], context: CliContext): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(context, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    return exitCodeOf(error, context);
  }
}
