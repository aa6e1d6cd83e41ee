import { openModelFolder, verifyModelFolder } from '@cxrkit/core/model';
import type { Command } from 'commander';
import { stageSource } from '../../pipeline/model-sources.js';
import { STAGES } from '../../result/analysis.js';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { type AddCommand, examples } from '../command.js';

/** Adds `cxr models verify`. */
export const addVerify: AddCommand = (models, context, finish) => {
  models
    .command('verify')
    .description('Read every file of models and compare sizes and SHA-256 with their model.json.')
    .argument('[sources...]', 'paths, npm: or hf: sources (default: the three stages of --models)')
    .addHelpText('after', examples('cxr models verify', 'cxr models verify my-models/detector'))
    .action(async (sources: string[], _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const { signal } = context;
      const { result, progress, end } = createReporter(context, options);
      const asked = sources.length > 0 ? sources : STAGES.map((stage) => stageSource(options.models, stage));
      let isSound = true;
      for (const source of asked) {
        const folder = await openModelFolder(source, {
          ...{ signal, onProgress: progress, offline: options.offline },
          ...(sources.length === 0 && !options.models && { resolveFrom: import.meta.dirname }),
        });
        const files = await verifyModelFolder(folder, { signal, onProgress: progress });
        end();
        const ok = files.every((file) => file.ok);
        isSound &&= ok;
        if (options.json) result(JSON.stringify({ source, path: folder.path, ok, files }));
        else {
          result(`${ok ? 'ok     ' : 'DAMAGED'} ${source}`);
          for (const { file, problem } of files)
            if (problem !== undefined) result(`  ${file} ${problem}`);
        }
      }
      finish(isSound ? EXIT.done : EXIT.failed);
    });
};
