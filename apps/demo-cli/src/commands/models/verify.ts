import { existsSync } from 'node:fs';
import { type FileVerdict, openModelFolder, verifyModelFolder } from '@cxrkit/core/model';
import type { Command } from 'commander';
import { stageSource } from '../../pipeline/model-sources.js';
import { STAGES } from '../../result/analysis.js';
import { setSources } from '../../synth/set-source.js';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { type AddCommand, examples } from '../command.js';
import { modelsBelow } from './models-below.js';

/** Adds `cxr models verify`. */
export const addVerify: AddCommand = (models, context, finish) => {
  models
    .command('verify')
    .description('Read every file of models and compare sizes and SHA-256 with their model.json.')
    .argument(
      '[sources...]',
      'paths, also of folders of models, npm: or hf: sources (default: the models of --models)',
    )
    .addHelpText('after', examples('cxr models verify', 'cxr models verify my-models'))
    .action(async (sources: string[], _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const reporter = createReporter(context, options);
      const given = sources.length > 0 ? sources : knownSources(options.models);
      const asked = (await Promise.all(given.map(modelsBelow))).flat();
      let isSound = true;
      for (const source of asked) {
        const folder = await openModelFolder(source, {
          ...{ signal: context.signal, onProgress: reporter.progress, offline: options.offline },
        });
        const files = await verifyModelFolder(folder, {
          ...{ signal: context.signal, onProgress: reporter.progress },
        });
        reporter.end();
        const verdict = { source, path: folder.path, ok: files.every(({ ok }) => ok), files };
        isSound &&= verdict.ok;
        reporter.result(options.json ? JSON.stringify(verdict) : describe(verdict));
      }
      finish(isSound ? EXIT.done : EXIT.failed);
    });
};

/** The three stages and, where it is there, the set of CXR-IRGen. */
function knownSources(models: GlobalOptions['models']): string[] {
  const set = setSources(models, undefined).model;
  const stages = STAGES.map((stage) => stageSource(models, stage));
  return existsSync(set) ? [...stages, set] : stages;
}

function describe({
  source,
  ok,
  files,
}: {
  readonly source: string;
  readonly ok: boolean;
  readonly files: readonly FileVerdict[];
}): string {
  const problems = files.flatMap(({ file, problem }) =>
    problem === undefined ? [] : [`  ${file} ${problem}`],
  );
  return [`${ok ? 'ok     ' : 'DAMAGED'} ${source}`, ...problems].join('\n');
}
