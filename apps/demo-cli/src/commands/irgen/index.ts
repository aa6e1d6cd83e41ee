import type { Command } from 'commander';
import { type AddCommand, examples } from '../command.js';
import { commandText } from '../train/model-meta.js';
import { type AblationOptions, addAblationOptions } from './ablation-options.js';

/** Adds `cxr irgen`. */
export const addIrgen: AddCommand = (program, context, finish) => {
  const irgen = program.command('irgen').description('Experiments on CXR-IRGen.');
  const ablation = irgen
    .command('ablation')
    .description(
      'What a reference image is worth: trains denoisers with and without, by several seeds and the same budget, and compares what they make. Stopped at any moment, the same command goes on.',
    );
  addAblationOptions(ablation)
    .addHelpText(
      'after',
      examples(
        'cxr irgen ablation --data data/nih data/kermany --config vision.json --out ablation --models irgen-vae=my-models/cxr-irgen/vae --models clip-classifier=my-models/clip-classifier',
      ),
    )
    .action(async (_options: unknown, self: Command) => {
      const words = self.parent?.parent as (Command & { rawArgs?: string[] }) | null | undefined;
      const command = commandText(words?.rawArgs ?? []);
      // The models' code is read only when something is trained.
      const { runAblation } = await import('./ablation.js');
      finish(await runAblation(self.optsWithGlobals<AblationOptions>(), command, context));
    });
};
