import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { defaultCacheFolder, listModelFolders, type ModelListing } from '@cxrkit/core/model';
import { miniModelPath } from '@cxrkit/models-mini';
import type { Command } from 'commander';
import { EXIT } from '../../terminal/exit-code.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { createReporter } from '../../terminal/reporter.js';
import { type AddCommand, examples } from '../command.js';

/** Adds `cxr models list`. */
export const addList: AddCommand = (models, context, finish) => {
  models
    .command('list')
    .description('List the models in folders, or else the mini models and those in the cache.')
    .argument('[folders...]', 'folders to look through')
    .addHelpText('after', examples('cxr models list', 'cxr models list my-models --json'))
    .action(async (folders: string[], _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const { result, note } = createReporter(context, options);
      const roots = folders.length > 0 ? folders : knownRoots();
      const listings = (await Promise.all(roots.map((root) => listModelFolders(root)))).flat();
      for (const listing of listings)
        result(options.json ? JSON.stringify(toRecord(listing)) : describe(listing));
      if (listings.length === 0) note(`No models in ${roots.join(', ') || 'the known places'}.`);
      finish(EXIT.done);
    });
};

function knownRoots(): string[] {
  const mini = dirname(miniModelPath('detector'));
  return [mini, defaultCacheFolder()].filter((root) => existsSync(root));
}

function toRecord(listing: ModelListing): Record<string, string> {
  if ('problem' in listing) return { path: listing.path, problem: listing.problem };
  const { name, version, stage } = listing.manifest;
  return { path: listing.path, name, version, stage };
}

function describe(listing: ModelListing): string {
  if ('problem' in listing) return `broken  ${listing.path}: ${listing.problem}`;
  const { name, version, stage, licence } = listing.manifest;
  return `${stage.padEnd(16)} ${`${name} ${version}`.padEnd(30)} ${licence.weights.padEnd(12)} ${listing.path}`;
}
