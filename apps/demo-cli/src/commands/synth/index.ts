import type { Command } from 'commander';
import { type AddCommand, examples } from '../command.js';
import { addSynthOptions, type SynthOptions } from './synth-options.js';

/** Adds `cxr synth`. */
export const addSynth: AddCommand = (program, context, finish) => {
  const command = program
    .command('synth')
    .description(
      'Make synthetic X-rays with reports (CXR-IRGen). Writes a data set with manifest.jsonl, an index.html and a contact sheet; stopped at any moment, the same command goes on.',
    );
  addSynthOptions(command)
    .addHelpText(
      'after',
      examples(
        'cxr synth --findings "Cardiomegaly,-Pneumothorax,?Pneumonia" --count 8 --out synthetic',
        'cxr synth --findings "Pleural Effusion" --reference chest.png --seed 7',
        'cxr synth --from labels.csv --count 2 --min-agreement 0.7 --out synthetic',
        'cxr synth --from data/nih --references data/nih --max-rows 200 --out synthetic',
        'cxr synth --findings "Edema" --preset faithful --vision sd-unet --json',
      ),
    )
    .action(async (_options: unknown, self: Command) => {
      // The models' code is read only when something is made.
      const { synthesizePairs } = await import('./synthesize-pairs.js');
      finish(await synthesizePairs(self.optsWithGlobals<SynthOptions>(), context));
    });
};
