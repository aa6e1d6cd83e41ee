import { openModelFolder, verifyModelFolder } from '@cxrkit/core/model';
import type { Command } from 'commander';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { UsageError } from '../../terminal/usage-error.js';
import { type AddCommand, examples } from '../command.js';

/** Adds `cxr models pull`. */
export const addPull: AddCommand = (models, context, finish) => {
  models
    .command('pull')
    .description(
      'Download models from the Hugging Face hub into the cache, going on where it stopped.',
    )
    .argument('<sources...>', 'hf:owner/name[@revision][/folder]')
    .addHelpText('after', examples('cxr models pull hf:owner/name@main/detector'))
    .action(async (sources: string[], _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const { signal } = context;
      const { result, problem, progress, end } = createReporter(context, options);
      const stranger = sources.find((source) => !source.startsWith('hf:'));
      if (stranger !== undefined)
        throw new UsageError(
          `Expected hf:owner/name, got "${stranger}"; nothing else is downloaded.`,
        );
      let isSound = true;
      for (const source of sources) {
        const folder = await openModelFolder(source, {
          ...{ signal, onProgress: progress, offline: options.offline },
        });
        const bad = (await verifyModelFolder(folder, { signal })).filter(({ ok }) => !ok);
        end();
        isSound &&= bad.length === 0;
        for (const { file, problem: words } of bad) problem(`${source}: ${file} ${words}`);
        result(options.json ? JSON.stringify({ source, path: folder.path }) : folder.path);
      }
      finish(isSound ? EXIT.done : EXIT.failed);
    });
};
