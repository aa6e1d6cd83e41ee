import { installCuda } from '@cxrkit/core/onnx';
import type { Command } from 'commander';
import { EXIT } from '../terminal/exit-code.js';
import type { GlobalOptions } from '../terminal/global-options.js';
import { createReporter } from '../terminal/reporter.js';
import { type AddCommand, examples } from './command.js';

/** Adds `cxr install-cuda`. */
export const addInstallCuda: AddCommand = (program, { signal, ...context }, finish) => {
  program
    .command('install-cuda')
    .description(
      'Fetch the CUDA files of onnxruntime (about 300 MB, from NuGet; Linux on x64). CUDA 12 and cuDNN 9 are to be there.',
    )
    .addHelpText('after', examples('cxr install-cuda', 'cxr doctor'))
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const reporter = createReporter(context, options);
      const { libraries } = await installCuda({ signal, onProgress: reporter.progress });
      reporter.end();
      if (options.json) reporter.result(JSON.stringify({ libraries }));
      else reporter.result(['CUDA works. Installed:', ...libraries].join('\n  '));
      finish(EXIT.done);
    });
};
