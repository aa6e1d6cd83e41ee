import { checkModelTarget } from '@cxrkit/core/model';
import { type Command, Option } from 'commander';
import { type AddCommand, examples } from '../command.js';
import {
  addCacheOption,
  addInitOption,
  addModelOptions,
  addStepsOption,
  addTrainOptions,
  type PaceDefaults,
} from './train-options.js';
import { type Training, trainAction } from './training.js';

interface TrainCommand {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  /** Weight updates when none are asked for. */
  readonly updates: number;
  /** What `--help` says of batches and steps where a config may change them. */
  readonly pace?: PaceDefaults;
  /** Adds the options that not every training has. */
  readonly extend?: (command: Command) => void;
  /** Whether `--out` is a file and no model folder. */
  readonly writesFile?: true;
  /** Training code is read only when something is trained: `cxr analyze` starts faster without. */
  readonly load: () => Promise<Training>;
}

const COMMANDS: readonly TrainCommand[] = [
  {
    name: 'detector',
    description: 'Train the region detector on pictures with boxes or lung masks.',
    example: 'cxr train detector --data data/kermany --out my-models/detector --updates 3000',
    updates: 6000,
    extend: (command) =>
      addInitOption(addModelOptions(command)).option(
        '--teacher <model>',
        'detector whose boxes label the pictures that have no mask',
      ),
    load: async () => (await import('./train-detector.js')).detectorTraining,
  },
  {
    name: 'report-gen',
    description:
      'Train the report generator: the detector of --models gives the regions, a grammar words the labels.',
    example:
      'cxr train report-gen --data data/nih data/kermany --out my-models/report-gen --models detector=my-models/detector',
    updates: 6000,
    extend: addLoopedOptions,
    load: async () => (await import('./train-report-gen.js')).reportGeneratorTraining,
  },
  {
    name: 'clip-classifier',
    description: 'Train the zero-shot classifier (R-CLIP); texts are worded from the labels.',
    example:
      'cxr train clip-classifier --data data/nih data/kermany --out my-models/clip-classifier',
    updates: 6000,
    extend: (command) => addInitOption(addLoopedOptions(command)),
    load: async () => (await import('./train-clip-classifier.js')).clipTraining,
  },
  {
    name: 'supervised-classifier',
    description:
      'Train a plain classifier of the labels of the data: the baseline that zero-shot scores are read against.',
    example:
      'cxr train supervised-classifier --data data/nih --out my-models/supervised-classifier',
    updates: 3000,
    extend: (command) => addInitOption(addLoopedOptions(command)),
    load: async () => (await import('./train-supervised-classifier.js')).supervisedTraining,
  },
  {
    name: 'vae',
    description: 'Train the autoencoder of CXR-IRGen, into whose latents its denoisers draw.',
    example: 'cxr train vae --data data/nih data/kermany --out my-models/irgen/vae',
    updates: 2500,
    extend: (command) => addInitOption(addLoopedOptions(command)),
    load: async () => (await import('./train-vae.js')).vaeTraining,
  },
  {
    name: 'vision',
    description:
      'Train a denoiser of CXR-IRGen in the latents of the autoencoder, with the encoders of the classifier of --models.',
    example:
      'cxr train vision --arch u-vit --data data/nih data/kermany --out my-models/irgen/vision-u-vit --models irgen-vae=my-models/irgen/vae --models clip-classifier=my-models/clip-classifier',
    updates: 6000,
    pace: { batchSize: '16; 32 by preset faithful', learningRate: '5e-4; 5e-5 by preset faithful' },
    extend: (command) =>
      addCacheOption(addInitOption(addLoopedOptions(command))).addOption(
        new Option('--arch <denoiser>', 'kind of the denoiser (default: sd-unet)').choices([
          'u-vit',
          'sd-unet',
        ]),
      ),
    load: async () => (await import('./train-vision.js')).visionTraining,
  },
  {
    name: 'language',
    description:
      'Train the language module of CXR-IRGen, which gives a report back from one vector; a grammar words the labels.',
    example: 'cxr train language --data data/nih data/kermany --out my-models/irgen/language',
    updates: 4000,
    pace: { batchSize: '32; 8 by preset faithful', learningRate: '1e-3; 5e-5 by preset faithful' },
    extend: (command) => addInitOption(addLoopedOptions(command)),
    load: async () => (await import('./train-language.js')).languageTraining,
  },
  {
    name: 'prior',
    description:
      'Train the prior of CXR-IRGen, which reads the vector of a report off the latents of a picture.',
    example:
      'cxr train prior --data data/nih data/kermany --out my-models/irgen/prior --models irgen-vae=my-models/irgen/vae --models irgen-language=my-models/irgen/language',
    updates: 3000,
    pace: { batchSize: '32; 16 by preset faithful', learningRate: '5e-4; 5e-5 by preset faithful' },
    extend: (command) => addCacheOption(addInitOption(addLoopedOptions(command))),
    load: async () => (await import('./train-prior.js')).priorTraining,
  },
  {
    name: 'probe',
    description:
      'Train a linear probe on the features of the classifier of --models; --out is a JSON file.',
    example: 'cxr train probe --data data/nih --out my-models/probe.json',
    updates: 600,
    writesFile: true,
    load: async () => (await import('./train-probe.js')).probeTraining,
  },
];

function addLoopedOptions(command: Command): Command {
  return addStepsOption(addModelOptions(command));
}

/** Adds `cxr train`. */
export const addTrain: AddCommand = (program, context, finish) => {
  const train = program
    .command('train')
    .description('Train the weights of a stage. Stopped at any moment, the same command goes on.');
  for (const command of COMMANDS) {
    const { name, description, example, updates, pace, writesFile, extend, load } = command;
    const added = addTrainOptions(train.command(name).description(description), updates, pace);
    extend?.(added);
    added.addHelpText('after', examples(example)).action(
      trainAction(context, finish, async (work) => {
        // Before hours are spent on it.
        if (!writesFile) await checkModelTarget(work.options.out);
        return await (await load())(work);
      }),
    );
  }
};
