import { modelCard, openModelFolder } from '@cxrkit/core/model';
import type { Command } from 'commander';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { type AddCommand, examples } from '../command.js';

/** Adds `cxr models info`. */
export const addInfo: AddCommand = (models, context, finish) => {
  models
    .command('info')
    .description('Show the card of a model: data, licence, scores, how it was made.')
    .argument('<source>', 'path, npm:package/model or hf:owner/name[@revision]')
    .addHelpText(
      'after',
      examples(
        'cxr models info npm:@cxrkit/models-mini/detector',
        'cxr models info my-models/detector --json',
      ),
    )
    .action(async (source: string, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const { result, progress, end } = createReporter(context, options);
      const { signal } = context;
      const folder = await openModelFolder(source, {
        ...{ signal, onProgress: progress, offline: options.offline },
      });
      end();
      const { path, manifest } = folder;
      result(options.json ? JSON.stringify({ path, ...manifest }) : modelCard(manifest).trimEnd());
      finish(EXIT.done);
    });
};
