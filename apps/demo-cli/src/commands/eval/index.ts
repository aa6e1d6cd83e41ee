import type { Command } from 'commander';
import { createSkipper } from '../../eval/rows/raw-row.js';
import type { CliContext } from '../../terminal/context.js';
import { EXIT } from '../../terminal/exit-code.js';
import { createReporter } from '../../terminal/reporter.js';
import { type AddCommand, examples, type Finish } from '../command.js';
import { EVAL_COMMANDS, type EvalCommand } from './eval-commands.js';
import type { EvalOptions } from './eval-options.js';
import { finishEvaluation } from './finish-evaluation.js';

/** Adds `cxr eval`. */
export const addEval: AddCommand = (program, context, finish) => {
  const parent = program
    .command('eval')
    .description('Score files of results against references; every number names its convention.');
  for (const command of EVAL_COMMANDS) {
    const added = parent
      .command(command.name)
      .description(command.description)
      .argument(command.argument, command.files);
    for (const add of command.options) add(added);
    added
      .addHelpText('after', examples(...command.examples))
      .action(evalAction(context, finish, command));
  }
};

function evalAction(
  context: CliContext,
  finish: Finish,
  { load }: EvalCommand,
): (files: string[], options: unknown, self: Command) => Promise<void> {
  return async (files, _options, self) => {
    const options = self.optsWithGlobals<EvalOptions>();
    const reporter = createReporter(context, options);
    const work = {
      ...{ files, options, reporter },
      skipper: createSkipper(options.skipInvalid),
      task: { signal: context.signal, onProgress: reporter.progress },
    };
    const evaluate = await load();
    const evaluation = await evaluate(work);
    await finishEvaluation(evaluation, work, context);
    finish(EXIT.done);
  };
}
